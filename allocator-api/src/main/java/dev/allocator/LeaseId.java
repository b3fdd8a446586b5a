package dev.allocator;

import java.util.UUID;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Identifies a lease; never reused.
 *
 * @param value a lower-case UUID
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record LeaseId(String value) implements Comparable<LeaseId> {

    /** @throws IllegalArgumentException if the value is no lower-case UUID */
    public LeaseId {
        Ids.requireUuid(value, "lease");
    }

    /** A new random id. */
    public static LeaseId random() {
        return new LeaseId(UUID.randomUUID().toString());
    }

    @Override
    public int compareTo(LeaseId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
