package dev.allocator;

import java.util.UUID;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Identifies a machine; never reused, and each machine is tagged with it.
 *
 * @param value a lower-case UUID
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record MachineId(String value) implements Comparable<MachineId> {

    /** @throws IllegalArgumentException if the value is no lower-case UUID */
    public MachineId {
        Ids.requireUuid(value, "machine");
    }

    /** A new random id. */
    public static MachineId random() {
        return new MachineId(UUID.randomUUID().toString());
    }

    @Override
    public int compareTo(MachineId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
