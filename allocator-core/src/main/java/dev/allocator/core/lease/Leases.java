package dev.allocator.core.lease;

import dev.allocator.HostAndPort;
import dev.allocator.LeaseEndedException;
import dev.allocator.LeaseId;
import dev.allocator.LeaseState;
import dev.allocator.MachineId;
import dev.allocator.StoreException;
import dev.allocator.core.claim.Holding;
import dev.allocator.core.claim.Places;
import dev.allocator.core.claim.Room;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records of leases and machines in the store, and the index of leases by address. */
public final class Leases {

    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private final Store store;
    private final Wakeups wakeups;
    private final String self;
    private final Places places;
    private final Set<LeaseId> own = ConcurrentHashMap.newKeySet();

    /** Held by whoever gives room back: two at once would only be in each other's way. */
    private final Object givingBack = new Object();

    /**
     * Over a store, which the caller closes.
     *
     * @param wakeups for leases that this process does not own
     * @param self this process
     */
    public Leases(Store store, Wakeups wakeups, OwnerId self) {
        this.store = store;
        this.places = new Places(store);
        this.wakeups = wakeups;
        this.self = self.token();
    }

    /**
     * Records the intent to make a machine, and the room it has: both records are new, and durable when this returns.
     *
     * @return false, with nothing recorded, if the room was taken meanwhile
     */
    public boolean begin(LeaseRecord lease, MachineRecord machine, Room room) {
        own.add(lease.id());
        Transaction.Builder transaction = Transaction.builder()
                .ifAbsent(lease.key())
                .ifAbsent(machine.key())
                .put(lease.key(), lease.text())
                .put(machine.key(), machine.text());
        room.addTo(transaction);
        boolean committed = store.commit(transaction.build());
        if (!committed && (room.holdings().isEmpty() || exists(lease.id()))) {
            throw new StoreException("lease " + lease.id() + " exists already", null);
        }
        return committed;
    }

    /**
     * Changes a lease that has not begun to end.
     *
     * @return the changed record
     * @throws LeaseEndedException if it is over
     */
    public LeaseRecord update(LeaseId id, UnaryOperator<LeaseRecord> change) {
        while (true) {
            LeaseRecord before = notEnding(id);
            LeaseRecord after = change.apply(before);
            if (commit(before, after)) {
                return after;
            }
        }
    }

    /** Replaces a record unless it was changed meanwhile; whoever has to look at it later knows before. */
    private boolean commit(LeaseRecord before, LeaseRecord after) {
        Optional<Wakeup> next = wakeup(after);
        next.ifPresent(wakeups::set);
        Transaction.Builder transaction = Transaction.builder()
                .ifRevision(before.key(), before.revision())
                .put(after.key(), after.text());
        after.address()
                .filter(address -> before.address().isEmpty())
                .ifPresent(address -> AddressRecord.of(address, store).add(after.id(), transaction));
        boolean committed = store.commit(transaction.build());
        if (committed && !wakeup(before).equals(next)) {
            wakeup(before).ifPresent(wakeups::clear);
        }
        if (committed && !isOwn(after)) {
            own.remove(after.id());
        }
        return committed;
    }

    /** What this process owns is looked after when it dies, without a wake-up. */
    private Optional<Wakeup> wakeup(LeaseRecord lease) {
        return isOwn(lease) ? Optional.empty() : lease.wakeup();
    }

    /** Whether this process holds it. */
    boolean isOwn(LeaseRecord lease) {
        return lease.owner().filter(owner -> owner.token().equals(self)).isPresent();
    }

    /** Whether nobody has detached it from this process, as far as its record says. */
    public boolean mayEndWithItsHolder(LeaseRecord lease) {
        return !lease.isReady() || isOwn(lease);
    }

    /** Whether there is a lease that this process owns, begun to end or not. */
    public boolean ownsAny() {
        return own.stream().anyMatch(this::mayBeOwn);
    }

    /** Another process may have detached it; one whose record cannot be read may be this one's. */
    private boolean mayBeOwn(LeaseId id) {
        try {
            return find(id).filter(this::isOwn).isPresent();
        } catch (StoreException e) {
            return exists(id);
        }
    }

    /**
     * Makes an addition to a machine's ref durable. Whoever ends the lease afterwards reads it.
     *
     * @throws LeaseEndedException if its lease has begun to end, so that whoever does may not know of the addition
     */
    public void update(MachineId id, UnaryOperator<MachineRecord> change) {
        while (true) {
            MachineRecord before =
                    machine(id).orElseThrow(() -> new StoreException("no record of machine " + id, null));
            MachineRecord after = change.apply(before);
            Transaction.Builder transaction = Transaction.builder()
                    .ifRevision(before.key(), before.revision())
                    .put(after.key(), after.text());
            before.lease().ifPresent(leaseId -> {
                LeaseRecord lease = notEnding(leaseId);
                transaction.ifRevision(lease.key(), lease.revision());
            });
            if (store.commit(transaction.build())) {
                return;
            }
        }
    }

    /** Whether a machine has a record, and its lease has not begun to end. */
    public boolean isWanted(MachineId id) {
        return machine(id)
                .flatMap(MachineRecord::lease)
                .filter(lease -> !isOver(lease))
                .isPresent();
    }

    private LeaseRecord notEnding(LeaseId id) {
        return find(id).filter(lease -> lease.state() != LeaseState.ENDING)
                .orElseThrow(() -> new LeaseEndedException(id));
    }

    /**
     * Marks a lease as ending, whoever did it first.
     *
     * @param nextTry when somebody else has to try if this does not succeed
     * @return the record, or empty if the lease is gone
     */
    public Optional<LeaseRecord> beginEnding(LeaseId id, Instant nextTry, UnaryOperator<LeaseRecord> change) {
        return beginEnding(id, nextTry, change, lease -> true);
    }

    /**
     * The same of a lease that is to end by what its record said: it does only if the record still says so.
     *
     * @return the record, or empty if the lease is gone or goes on
     */
    Optional<LeaseRecord> beginEnding(
            LeaseId id, Instant nextTry, UnaryOperator<LeaseRecord> change, Predicate<LeaseRecord> still) {
        while (true) {
            Optional<LeaseRecord> before = find(id).filter(still);
            if (before.isEmpty()) {
                return before;
            }
            LeaseRecord after = change.apply(before.get()).ending(nextTry);
            if (commit(before.get(), after)) {
                return find(id);
            }
        }
    }

    /**
     * Deletes the records of a lease whose machine is gone, and gives back the room that this had.
     *
     * @return whether they were there: of several who end a lease at once, one is told so
     * @throws StoreException if the record of a place cannot be read, where the machine then still has its room
     */
    public boolean forget(LeaseRecord lease) {
        List<Holding> holdings =
                machine(lease.machine()).map(MachineRecord::holdings).orElse(List.of());
        if (holdings.isEmpty()) {
            return forget(lease, holdings);
        }
        synchronized (givingBack) {
            return forget(lease, holdings);
        }
    }

    private boolean forget(LeaseRecord lease, List<Holding> holdings) {
        Optional<StoredRecord> stored = store.get(lease.key());
        if (stored.isEmpty()) {
            return false;
        }
        Transaction.Builder transaction = Transaction.builder()
                .ifRevision(lease.key(), stored.get().revision())
                .delete(lease.key())
                .delete(MachineRecord.key(lease.machine()));
        lease.address().ifPresent(address -> AddressRecord.of(address, store).remove(lease.id(), transaction));
        places.release(holdings, transaction);
        if (!store.commit(transaction.build())) {
            // Another lease got or lost the address or room at the place, or someone else ends this one too.
            return forget(lease, holdings);
        }
        wakeup(lease).ifPresent(wakeups::clear);
        own.remove(lease.id());
        return true;
    }

    /** One lease; throws if its record cannot be read. */
    public Optional<LeaseRecord> find(LeaseId id) {
        return store.get(LeaseRecord.key(id)).map(LeaseRecord::read);
    }

    /** Whether a lease is over or about to be; one whose record cannot be read is not known to be. */
    public boolean isOver(LeaseId id) {
        try {
            return find(id).filter(lease -> lease.state() != LeaseState.ENDING).isEmpty();
        } catch (StoreException e) {
            return false;
        }
    }

    /**
     * The lease at an address, and all others who share that host with it. A lease that got the address before, without
     * sharing it, has no machine there any more, whatever its record says. Leases that have begun to end count only if
     * there is no other.
     */
    public List<LeaseRecord> at(HostAndPort address) {
        List<LeaseRecord> all = AddressRecord.of(address, store).leases().stream()
                .map(this::find)
                .flatMap(Optional::stream)
                .toList();
        List<LeaseRecord> living =
                all.stream().filter(lease -> lease.state() != LeaseState.ENDING).toList();
        List<LeaseRecord> candidates = living.isEmpty() ? all : living;
        if (candidates.size() < 2) {
            return candidates;
        }
        LeaseRecord latest = candidates.get(candidates.size() - 1);
        Set<RecordKey> hosts = hosts(latest);
        return candidates.stream()
                .filter(lease -> lease == latest || !Collections.disjoint(hosts(lease), hosts))
                .toList();
    }

    private Set<RecordKey> hosts(LeaseRecord lease) {
        return machine(lease.machine()).map(MachineRecord::holdings).orElse(List.of()).stream()
                .filter(Holding::isOfProvider)
                .map(Holding::key)
                .collect(Collectors.toSet());
    }

    /** Whether an address is taken by another lease, be that one's record readable or not. */
    boolean isOfAnother(HostAndPort address, LeaseId own) {
        AddressRecord record = AddressRecord.of(address, store);
        return !record.readable() || record.leases().stream().anyMatch(lease -> !lease.equals(own));
    }

    /** One machine; throws if its record cannot be read. */
    public Optional<MachineRecord> machine(MachineId id) {
        return store.get(MachineRecord.key(id)).map(MachineRecord::read);
    }

    /** Whether there is a record of a lease, be it readable or not. */
    public boolean exists(LeaseId id) {
        return store.get(LeaseRecord.key(id)).isPresent();
    }

    /** Whether there is a record of a machine, be it readable or not. */
    public boolean hasMachine(MachineId id) {
        return store.get(MachineRecord.key(id)).isPresent();
    }

    /** All leases that can be read, oldest first; the others are logged. */
    public List<LeaseRecord> all() {
        List<LeaseRecord> leases = new ArrayList<>();
        for (StoredRecord stored : store.list(LeaseRecord.KIND)) {
            try {
                leases.add(LeaseRecord.read(stored));
            } catch (StoreException e) {
                LOG.warn("{}", e.getMessage());
            }
        }
        leases.sort(Comparator.comparing(LeaseRecord::created));
        return leases;
    }

    /** Why records of leases and machines cannot be read, by their names. */
    public Map<RecordKey, String> unreadable() {
        Map<RecordKey, String> problems = new LinkedHashMap<>();
        for (String kind : List.of(LeaseRecord.KIND, MachineRecord.KIND)) {
            for (StoredRecord stored : store.list(kind)) {
                try {
                    JsonRecord unused =
                            kind.equals(LeaseRecord.KIND) ? LeaseRecord.read(stored) : MachineRecord.read(stored);
                } catch (StoreException e) {
                    problems.put(stored.key(), String.valueOf(e.getMessage()));
                }
            }
        }
        return problems;
    }

    /** The room that machines have, by their records; empty if one of these cannot be read. */
    Optional<List<Holding>> holdings() {
        List<Holding> all = new ArrayList<>();
        try {
            store.list(MachineRecord.KIND)
                    .forEach(stored -> all.addAll(MachineRecord.read(stored).holdings()));
            return Optional.of(all);
        } catch (StoreException e) {
            return Optional.empty(); // which is reported as well
        }
    }

    /** All machines that can be read; the others are logged. */
    public List<MachineRecord> machines() {
        List<MachineRecord> machines = new ArrayList<>();
        for (StoredRecord stored : store.list(MachineRecord.KIND)) {
            try {
                machines.add(MachineRecord.read(stored));
            } catch (StoreException e) {
                LOG.warn("{}", e.getMessage());
            }
        }
        return machines;
    }
}
