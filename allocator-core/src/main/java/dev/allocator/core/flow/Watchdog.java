package dev.allocator.core.flow;

import dev.allocator.core.machine.ConsoleText;
import dev.allocator.core.machine.Evidence;
import dev.allocator.spi.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Stops an allocation whose time is over; if its provider does not care, its caller is told so after a while. */
final class Watchdog {

    /** Waits end by themselves at the deadline, with a reason; this long after it, whatever goes on is stopped. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final FlowServices services;
    private final Allocation allocation;
    private final String provider;
    private final Deadline deadline;

    private Watchdog(FlowServices services, Allocation allocation, String provider, Deadline deadline) {
        this.services = services;
        this.allocation = allocation;
        this.provider = provider;
        this.deadline = deadline;
    }

    /** Starts to watch, until that is cancelled. */
    static Future<?> start(FlowServices services, Allocation allocation, String provider, Deadline deadline) {
        Watchdog watchdog = new Watchdog(services, allocation, provider, deadline);
        return services.timer()
                .schedule(watchdog::stop, deadline.remaining().plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
    }

    private void stop() {
        allocation.stop(Allocation.Stop.DEADLINE);
        Failures failures = new Failures(
                allocation,
                Evidence.of(services.layout(), allocation.lease()),
                ConsoleText.NONE,
                deadline,
                Optional.empty());
        // What is chained to the future must not run on the timer's thread. The task does nothing if all went well.
        Future<?> unused = services.timer()
                .schedule(
                        () -> services.workers().execute(() -> allocation.giveUp(failures.gaveUp(provider))),
                        services.patience().toNanos(),
                        TimeUnit.NANOSECONDS);
    }
}
