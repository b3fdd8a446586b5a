package dev.allocator.spi;

import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A machine that can be made.
 *
 * @param spec what to make
 * @param ref how to find it again
 * @param claims what it takes of the host, by resource class ({@code VCPU}, {@code MEMORY_MB}, {@code DISK_GB}, …)
 * @param description one line for people, such as {@code QEMU 7.2, tcg, 1 CPU, 512MiB}
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record MachinePlan(MachineSpec spec, MachineRef ref, Map<String, Long> claims, String description) {
    /** Copies the claims. */
    public MachinePlan {
        claims = Map.copyOf(claims);
    }
}
