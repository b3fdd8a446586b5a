package dev.allocator.spi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Conditions, and changes that are made if they all hold. At most 100 of both together, so that it fits one etcd
 * transaction.
 */
@API(status = Status.MAINTAINED, since = "0.1")
public final class Transaction {

    /** The revision that stands for a record that does not exist. */
    public static final long ABSENT = 0;

    /** The most conditions and changes together. */
    public static final int MAX_OPERATIONS = 100;

    private final Map<RecordKey, Long> conditions;
    private final Map<RecordKey, Optional<String>> changes;

    private Transaction(Builder builder) {
        this.conditions = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(builder.conditions));
        this.changes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(builder.changes));
    }

    /** Starts an empty one. */
    public static Builder builder() {
        return new Builder();
    }

    /** The revision that each of these records must have, or {@link #ABSENT}. */
    public Map<RecordKey, Long> conditions() {
        return conditions;
    }

    /** The new content of each of these records, or empty to delete it. */
    public Map<RecordKey, Optional<String>> changes() {
        return changes;
    }

    /** All records it names. */
    public List<RecordKey> keys() {
        List<RecordKey> keys = new ArrayList<>(conditions.keySet());
        changes.keySet().stream().filter(key -> !conditions.containsKey(key)).forEach(keys::add);
        return keys;
    }

    /** Puts a transaction together; not safe for several threads. */
    public static final class Builder {
        private final Map<RecordKey, Long> conditions = new LinkedHashMap<>();
        private final Map<RecordKey, Optional<String>> changes = new LinkedHashMap<>();

        private Builder() {}

        /** Requires that a record has that revision. */
        public Builder ifRevision(RecordKey key, long revision) {
            conditions.put(key, revision);
            return this;
        }

        /** Requires that a record does not exist. */
        public Builder ifAbsent(RecordKey key) {
            return ifRevision(key, ABSENT);
        }

        /**
         * Writes a record.
         *
         * @param json one JSON object
         */
        public Builder put(RecordKey key, String json) {
            changes.put(key, Optional.of(json));
            return this;
        }

        /** Deletes a record, if it exists. */
        public Builder delete(RecordKey key) {
            changes.put(key, Optional.empty());
            return this;
        }

        /**
         * The transaction.
         *
         * @throws IllegalArgumentException if it is too large
         */
        public Transaction build() {
            if (conditions.size() + changes.size() > MAX_OPERATIONS) {
                throw new IllegalArgumentException(
                        "a transaction has at most " + MAX_OPERATIONS + " conditions and changes");
            }
            return new Transaction(this);
        }
    }
}
