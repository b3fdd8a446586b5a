package dev.allocator.core.lease;

import dev.allocator.EndReason;
import dev.allocator.LeaseId;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends leases whose time ran out, for as long as this process runs: own ones within a second, any within a minute. */
public final class Expiry {

    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
    private static final int TICKS_OF_A_ROUND = 60;

    private final Leases leases;
    private final InstantSource clock;
    private final Supplier<Set<LeaseId>> own;
    private final BiConsumer<LeaseId, EndReason> end;
    private int tick;

    private Expiry(Leases leases, InstantSource clock, Supplier<Set<LeaseId>> own, BiConsumer<LeaseId, EndReason> end) {
        this.leases = leases;
        this.clock = clock;
        this.own = own;
        this.end = end;
    }

    /**
     * Starts looking, until the timer stops.
     *
     * @param own the leases attached to this allocator
     * @param end ends a lease without waiting for it
     */
    public static void start(
            ScheduledExecutorService timer,
            Leases leases,
            InstantSource clock,
            Supplier<Set<LeaseId>> own,
            BiConsumer<LeaseId, EndReason> end) {
        Expiry expiry = new Expiry(leases, clock, own, end);
        // It reports its own failures and ends with the timer, so nobody needs the future.
        ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(expiry::look, 1, 1, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            boolean everyone = tick++ % TICKS_OF_A_ROUND == 0;
            List<LeaseRecord> looked = everyone
                    ? leases.all()
                    : own.get().stream()
                            .map(leases::find)
                            .flatMap(Optional::stream)
                            .filter(LeaseRecord::isReady) // one that could not be destroyed is tried again each round
                            .toList();
            for (LeaseRecord lease : looked) {
                if (lease.expired(clock.instant())) {
                    LOG.info("{} expired", lease.info());
                    end.accept(lease.id(), EndReason.EXPIRED);
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("cannot look for expired leases: {}", e.toString());
        }
    }
}
