package dev.allocator;

import java.util.UUID;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Identifies a realm: one store of records. Each machine is tagged with its realm's.
 *
 * @param value a lower-case UUID
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record RealmId(String value) implements Comparable<RealmId> {

    /** @throws IllegalArgumentException if the value is no lower-case UUID */
    public RealmId {
        Ids.requireUuid(value, "realm");
    }

    /** A new random id. */
    public static RealmId random() {
        return new RealmId(UUID.randomUUID().toString());
    }

    @Override
    public int compareTo(RealmId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
