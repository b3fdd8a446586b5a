package dev.allocator.core.claim;

import dev.allocator.MachineId;
import dev.allocator.StoreException;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Puts records of places right that somebody damaged: their truth is what the machines' records say. Nothing is changed
 * that changes meanwhile, and nothing of a newer version.
 */
public final class PlaceRepair {

    /**
     * Something that was wrong.
     *
     * @param subject what, for people
     * @param removed whether it is no more, or would be
     * @param why one sentence
     */
    public record Finding(String subject, boolean removed, String why) {}

    private final Store store;
    private final Places places;
    private final Predicate<MachineId> recorded;

    /**
     * Over a store.
     *
     * @param recorded whether there is a record of a machine, be it readable or not
     */
    public PlaceRepair(Store store, Predicate<MachineId> recorded) {
        this.store = store;
        this.places = new Places(store);
        this.recorded = recorded;
    }

    /**
     * Looks at all places.
     *
     * @param truth all that machines have by their records, or empty if one of these cannot be read
     * @param dryRun whether nothing is changed
     */
    public List<Finding> run(Optional<List<Holding>> truth, boolean dryRun) {
        List<Finding> findings = new ArrayList<>();
        for (StoredRecord stored : places.all()) {
            try {
                dropLost(PlaceRecord.read(stored), dryRun, findings);
            } catch (StoreException e) {
                boolean possible = truth.isPresent() && !PlaceRecord.isNewer(stored);
                boolean replaced = possible && (dryRun || replace(stored, truth.get()));
                findings.add(
                        replaced
                                ? new Finding(
                                        "damaged record " + stored.key(),
                                        true,
                                        "it is made anew of what the records of machines say")
                                : new Finding("record " + stored.key(), false, String.valueOf(e.getMessage())));
            }
        }
        return findings;
    }

    private void dropLost(PlaceRecord place, boolean dryRun, List<Finding> findings) {
        for (Holding holding : place.holdings()) {
            if (!recorded.test(holding.machine())) {
                boolean dropped = dryRun || drop(place.key(), holding.machine());
                findings.add(new Finding(
                        "room of " + holding + " in record " + place.key(),
                        dropped,
                        "its machine " + holding.machine() + " has no record"));
            }
        }
    }

    /** Unless it was given back just now; then there is nothing to do. */
    private boolean drop(RecordKey key, MachineId machine) {
        Transaction.Builder transaction = Transaction.builder().ifAbsent(new RecordKey("machine", machine.value()));
        places.get(key).without(machine).addTo(transaction);
        return store.commit(transaction.build());
    }

    private boolean replace(StoredRecord stored, List<Holding> truth) {
        Map<MachineId, Holding> holdings = new HashMap<>();
        truth.stream()
                .filter(holding -> holding.key().equals(stored.key()))
                .forEach(holding -> holdings.put(holding.machine(), holding));
        PlaceRecord anew = PlaceRecord.empty(stored.key());
        for (Holding holding : holdings.values()) {
            anew = anew.with(holding);
        }
        Transaction.Builder transaction = Transaction.builder();
        anew.at(stored.revision()).addTo(transaction);
        return store.commit(transaction.build());
    }
}
