package dev.allocator.core.lease;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.HostAndPort;
import dev.allocator.LeaseId;
import dev.allocator.StoreException;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which leases have an address: one, or those of all users who share a host.
 *
 * @param key its record
 * @param revision as of when it was read
 * @param leases those leases, the oldest first
 * @param readable whether that is known; if not, there are none here
 */
record AddressRecord(RecordKey key, long revision, Set<LeaseId> leases, boolean readable) {

    private static final String KIND = "address";
    private static final String LEASES = "leases";

    /** What stands there if it was written when an address could be that of one lease only. */
    private static final String ONE = "lease";

    /** Reads it; one without a record has no leases. */
    static AddressRecord of(HostAndPort address, Store store) {
        RecordKey key =
                new RecordKey(KIND, (address.host() + ":" + address.port()).replaceAll("[^A-Za-z0-9._:-]", "_"));
        Optional<StoredRecord> stored = store.get(key);
        if (stored.isEmpty()) {
            return new AddressRecord(key, Transaction.ABSENT, Set.of(), true);
        }
        long revision = stored.get().revision();
        try {
            Set<LeaseId> leases = new LinkedHashSet<>();
            ObjectNode tree = JsonRecord.parse(stored.get());
            if (tree.has(ONE)) {
                leases.add(new LeaseId(tree.path(ONE).asText()));
            }
            for (JsonNode lease : tree.path(LEASES)) {
                leases.add(new LeaseId(lease.asText()));
            }
            return new AddressRecord(key, revision, leases, true);
        } catch (StoreException | IllegalArgumentException e) {
            return new AddressRecord(key, revision, Set.of(), false);
        }
    }

    /** Adds a lease, in a transaction that fails if the record is changed meanwhile. */
    void add(LeaseId lease, Transaction.Builder transaction) {
        Set<LeaseId> more = new LinkedHashSet<>(leases);
        more.add(lease);
        replace(more, transaction);
    }

    /** Takes a lease out, in a transaction that fails if the record is changed meanwhile. */
    void remove(LeaseId lease, Transaction.Builder transaction) {
        if (leases.contains(lease)) {
            Set<LeaseId> fewer = new LinkedHashSet<>(leases);
            fewer.remove(lease);
            replace(fewer, transaction);
        }
    }

    private void replace(Set<LeaseId> all, Transaction.Builder transaction) {
        transaction.ifRevision(key, revision);
        if (all.isEmpty()) {
            transaction.delete(key);
            return;
        }
        ObjectNode tree = JsonRecord.emptyTree();
        var list = tree.putArray(LEASES);
        all.forEach(lease -> list.add(lease.value()));
        transaction.put(key, tree.toString());
    }
}
