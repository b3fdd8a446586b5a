package dev.allocator.core.lease;

import dev.allocator.LeaseId;
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

/** Ends leases that are over, for as long as this process runs: own ones within a second, any within a minute. */
public final class Housekeeping {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final int TICKS_OF_A_ROUND = 60;

    private final Leases leases;
    private final Judge judge;
    private final Supplier<Set<LeaseId>> own;
    private final BiConsumer<LeaseId, Judge.End> end;
    private int tick;

    private Housekeeping(Leases leases, Judge judge, Supplier<Set<LeaseId>> own, BiConsumer<LeaseId, Judge.End> end) {
        this.leases = leases;
        this.judge = judge;
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
            Judge judge,
            Supplier<Set<LeaseId>> own,
            BiConsumer<LeaseId, Judge.End> end) {
        Housekeeping housekeeping = new Housekeeping(leases, judge, own, end);
        // It reports its own failures and ends with the timer, so nobody needs the future.
        ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(housekeeping::look, 1, 1, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            boolean everyone = tick++ % TICKS_OF_A_ROUND == 0;
            List<LeaseRecord> looked = everyone
                    ? leases.all()
                    : own.get().stream()
                            .map(leases::find)
                            .flatMap(Optional::stream)
                            .toList();
            for (LeaseRecord lease : looked) {
                judge.whyOver(judge.note(leases, lease)).ifPresent(over -> {
                    LOG.info("{} is over: {}", lease.info(), over.why());
                    end.accept(lease.id(), over);
                });
            }
        } catch (RuntimeException e) {
            LOG.warn("cannot look for leases that are over: {}", e.toString());
        }
    }
}
