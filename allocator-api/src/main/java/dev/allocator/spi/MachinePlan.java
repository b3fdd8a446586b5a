package dev.allocator.spi;

import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A machine that can be made.
 *
 * @param spec what to make
 * @param ref how to find it again
 * @param claims what it takes of the host, by resource class ({@code VCPU}, {@code MEMORY_MB}, {@code DISK_GB}, …)
 * @param places where it could be, the best first. The engine picks the first that has room for the claims beside those
 *     of the other machines there, waits until one has, and tells {@link CreateContext#claim()}. Empty: there is always
 *     room
 * @param description one line for people, such as {@code QEMU 7.2, tcg, 1 CPU, 512MiB}
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record MachinePlan(
        MachineSpec spec, MachineRef ref, Map<String, Long> claims, List<Place> places, String description) {
    /** Copies the claims and the places. */
    public MachinePlan {
        claims = Map.copyOf(claims);
        places = List.copyOf(places);
    }

    /** A machine that there is always room for. */
    public MachinePlan(MachineSpec spec, MachineRef ref, Map<String, Long> claims, String description) {
        this(spec, ref, claims, List.of(), description);
    }
}
