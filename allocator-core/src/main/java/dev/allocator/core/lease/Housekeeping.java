package dev.allocator.core.lease;

import dev.allocator.LeaseId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends leases that are over, for as long as this process runs: own ones within a second, any within a minute; and
 * gives a sign of life each minute. Its waits are counted by a clock that nobody sets; the ends of leases by the wall
 * clock, also when that is set.
 */
public final class Housekeeping {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final int TICKS_OF_A_ROUND = 60;

    /** A wall clock that goes that much wrong between two ticks was set, or the host slept. */
    private static final Duration LEAP = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final Leases leases;
    private final Judge judge;
    private final Supplier<Set<LeaseId>> own;
    private final BiConsumer<LeaseId, Judge.End> end;
    private final Runnable beat;
    private int tick;
    private long lastNanos = System.nanoTime();
    private Instant lastInstant;
    private @Nullable String lastFailure;
    private volatile boolean stopped;

    /**
     * Not begun yet.
     *
     * @param own the leases that are this allocator's affair
     * @param end ends a lease without waiting for it
     * @param beat gives a sign of life
     */
    public Housekeeping(
            InstantSource clock,
            Leases leases,
            Judge judge,
            Supplier<Set<LeaseId>> own,
            BiConsumer<LeaseId, Judge.End> end,
            Runnable beat) {
        this.clock = clock;
        this.leases = leases;
        this.judge = judge;
        this.own = own;
        this.end = end;
        this.beat = beat;
        this.lastInstant = clock.instant();
    }

    /** Starts looking, until it is stopped or the timer is. */
    public void start(ScheduledExecutorService timer) {
        // It reports its own failures and ends with the timer, so nobody needs the future.
        ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    /** Looks no more; a look that is under way may find its store closed, and says nothing about it. */
    public void stop() {
        stopped = true;
    }

    /** Looks once; whatever goes wrong, it must go on, as nobody else ends what this process holds. */
    void look() {
        if (stopped) {
            return;
        }
        try {
            boolean everyone = tick++ % TICKS_OF_A_ROUND == 0;
            everyone = hasLeapt() || everyone;
            if (everyone) {
                beat.run();
                leases.all().forEach(this::endIfOver);
            } else {
                own.get().forEach(this::endIfOver);
            }
        } catch (RuntimeException | Error e) {
            report("cannot look for leases that are over: " + e);
        }
    }

    private void endIfOver(LeaseId id) {
        Optional<LeaseRecord> lease;
        try {
            lease = leases.find(id);
        } catch (RuntimeException e) { // the others count nevertheless
            report("cannot look whether lease " + id + " is over: " + e);
            return;
        }
        if (lease.isPresent()) {
            endIfOver(lease.get());
        }
    }

    private void endIfOver(LeaseRecord lease) {
        judge.whyOver(judge.note(leases, lease)).ifPresent(over -> end.accept(lease.id(), over));
    }

    private boolean hasLeapt() {
        long nanos = System.nanoTime();
        Instant now = clock.instant();
        Duration leap = Duration.between(lastInstant, now).minusNanos(nanos - lastNanos);
        lastNanos = nanos;
        lastInstant = now;
        boolean leapt = leap.abs().compareTo(LEAP) > 0;
        if (leapt) {
            LOG.warn(
                    "the clock is now {} s {} than expected; leases end by it",
                    leap.abs().toSeconds(),
                    leap.isNegative() ? "earlier" : "later");
        }
        return leapt;
    }

    /** Not each second again. */
    private void report(String failure) {
        if (!stopped && !failure.equals(lastFailure)) {
            lastFailure = failure;
            LOG.warn("{}", failure);
        }
    }
}
