package dev.allocator.core.lease;

import dev.allocator.LeaseId;
import dev.allocator.core.process.ProcessIdentity;
import java.time.Instant;
import java.util.Optional;

/**
 * When somebody has to look at a lease, should no process of ours be around by then.
 *
 * @param lease the lease
 * @param at not before this time
 * @param process and not before this process has ended
 */
public record Wakeup(LeaseId lease, Instant at, Optional<ProcessIdentity> process) {

    /** At a time. */
    public static Wakeup at(LeaseId lease, Instant at) {
        return new Wakeup(lease, at, Optional.empty());
    }
}
