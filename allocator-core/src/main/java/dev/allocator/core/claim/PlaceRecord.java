package dev.allocator.core.claim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.MachineId;
import dev.allocator.StoreException;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the store says of a place: which machines are there. Never changed: a change makes a changed copy. */
final class PlaceRecord {

    static final String KIND = "place";

    private static final int FORMAT = 1;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final RecordKey key;
    private final ObjectNode json;
    private final long revision;
    private final List<Holding> holdings;

    private PlaceRecord(RecordKey key, ObjectNode json, long revision, List<Holding> holdings) {
        this.key = key;
        this.json = json;
        this.revision = revision;
        this.holdings = List.copyOf(holdings);
    }

    /** One that is not stored yet. */
    static PlaceRecord empty(RecordKey key) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("format", FORMAT);
        return new PlaceRecord(key, json, Transaction.ABSENT, List.of());
    }

    /**
     * Reads a stored one.
     *
     * @throws StoreException if it is damaged or of a newer version
     */
    static PlaceRecord read(StoredRecord stored) {
        ObjectNode json = parse(stored);
        int format = json.path("format").asInt(0);
        if (format < 1 || format > FORMAT) {
            throw new StoreException(
                    "record " + stored.key() + " has format " + json.path("format")
                            + ", which this version does not understand; the machines there keep their room",
                    null);
        }
        try {
            return new PlaceRecord(stored.key(), json, stored.revision(), Holding.read(json));
        } catch (RuntimeException e) {
            throw damaged(stored.key());
        }
    }

    /** Whether it cannot be read because a later version wrote it. */
    static boolean isNewer(StoredRecord stored) {
        try {
            return stored.readable()
                    && MAPPER.readTree(stored.json()).path("format").asInt(0) > FORMAT;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /** The same to replace what is stored at a revision. */
    PlaceRecord at(long other) {
        return new PlaceRecord(key, json, other, holdings);
    }

    private static ObjectNode parse(StoredRecord stored) {
        try {
            if (stored.readable() && MAPPER.readTree(stored.json()) instanceof ObjectNode json) {
                return json;
            }
        } catch (JsonProcessingException e) {
            throw damaged(stored.key()); // without the cause, which quotes what it could not read
        }
        throw damaged(stored.key());
    }

    private static StoreException damaged(RecordKey key) {
        return new StoreException(
                "cannot read record " + key
                        + ": it is damaged; nobody gets or gives back room there until a clean-up has"
                        + " put it together again",
                null);
    }

    RecordKey key() {
        return key;
    }

    long revision() {
        return revision;
    }

    List<Holding> holdings() {
        return holdings;
    }

    boolean hasRoomFor(Spot spot) {
        return spot.claims().entrySet().stream()
                .allMatch(claim -> claim.getValue() <= spot.capacity(claim.getKey()) - taken(claim.getKey()));
    }

    private long taken(String resource) {
        return holdings.stream()
                .map(Holding::claims)
                .mapToLong(claims -> claims.getOrDefault(resource, 0L))
                .sum();
    }

    /** The smallest number that no machine has there. */
    int freeSlot() {
        Set<Integer> taken = holdings.stream().map(Holding::slot).collect(Collectors.toSet());
        int slot = 0;
        while (taken.contains(slot)) {
            slot++;
        }
        return slot;
    }

    /** Which machine is called so there. */
    Optional<Holding> named(String name) {
        return holdings.stream()
                .filter(holding -> holding.name().filter(name::equals).isPresent())
                .findFirst();
    }

    PlaceRecord with(Holding holding) {
        List<Holding> more = new ArrayList<>(holdings);
        more.add(holding);
        return new PlaceRecord(key, json, revision, more);
    }

    PlaceRecord without(MachineId machine) {
        return new PlaceRecord(
                key,
                json,
                revision,
                holdings.stream()
                        .filter(holding -> !holding.machine().equals(machine))
                        .toList());
    }

    /** Replaces the stored one, unless that was changed meanwhile; an empty place has none. */
    void addTo(Transaction.Builder transaction) {
        transaction.ifRevision(key, revision);
        if (holdings.isEmpty()) {
            transaction.delete(key);
            return;
        }
        ObjectNode copy = json.deepCopy();
        Holding.write(holdings, copy);
        transaction.put(key, copy.toString());
    }

    /** How much is there in all of what a machine would take, such as {@code GPU 2}. */
    static String amounts(Map<String, Long> amounts) {
        return amounts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(amount -> amount.getKey() + " " + amount.getValue())
                .collect(Collectors.joining(", "));
    }
}
