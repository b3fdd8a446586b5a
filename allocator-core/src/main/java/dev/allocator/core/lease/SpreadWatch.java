package dev.allocator.core.lease;

import dev.allocator.EndReason;
import dev.allocator.LeaseEndedException;
import dev.allocator.StoreException;
import dev.allocator.core.spread.ReuseFiles;
import dev.allocator.core.spread.SpreadProcess;
import dev.allocator.core.spread.SpreadRun;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases that were allocated for a run of the spread test runner last as long as that, although no process of ours
 * holds them:
 *
 * <ul>
 *   <li>while spread lives, whatever their TTL;
 *   <li>once it is dead, for its grace period, counted from when somebody first saw that and wrote it down;
 *   <li>if the project's {@code .spread-reuse.yaml} lists the address, until the TTL is over, but at least for that
 *       long; and while a later spread goes on with the machine, as for its own.
 * </ul>
 *
 * <p>A process of another host or pid namespace is never known to be dead: then the TTL alone counts.
 */
final class SpreadWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SpreadWatch.class);

    private final InstantSource clock;
    private final OwnerId self;

    SpreadWatch(InstantSource clock, OwnerId self) {
        this.clock = clock;
        this.self = self;
    }

    /** Whether the time of a lease is over. */
    Optional<Judge.End> whyOver(LeaseRecord lease, Instant now) {
        LeaseRecord seen = look(lease);
        boolean unknown = seen.spread()
                .flatMap(SpreadRun::process)
                .filter(process -> !isHere(process))
                .isPresent();
        Optional<Instant> due = unknown ? seen.expires() : seen.due();
        return due.filter(end -> !end.isAfter(now)).map(end -> {
            Optional<SpreadRun> killed =
                    seen.spread().filter(run -> run.ended().isPresent() && !run.kept() && !unknown);
            return killed.isPresent()
                    ? new Judge.End(EndReason.ABANDONED, why(killed.get()))
                    : new Judge.End(EndReason.EXPIRED, "it expired at " + end);
        });
    }

    private static String why(SpreadRun run) {
        return "its spread, " + run.process().map(SpreadProcess::toString).orElse("") + ", was dead at "
                + run.ended().map(Instant::toString).orElse("");
    }

    /** Makes durable what can be seen of a lease's spread by now; returns the record as it is then. */
    LeaseRecord note(Leases leases, LeaseRecord lease) {
        if (look(lease) == lease) {
            return lease;
        }
        try {
            return leases.update(lease.id(), this::look);
        } catch (LeaseEndedException e) {
            return lease;
        } catch (StoreException e) {
            LOG.warn("cannot note the end of the spread of {}: {}", lease.info(), e.getMessage());
            return lease;
        }
    }

    /** The lease as it is now, whatever its record says; the same object if nothing happened. */
    private LeaseRecord look(LeaseRecord lease) {
        Optional<SpreadRun> watched = lease.spread()
                .filter(run -> lease.isReady()
                        && lease.owner().isEmpty()
                        && run.process().filter(this::isHere).isPresent());
        if (watched.isEmpty()) {
            return lease;
        }
        SpreadRun run = watched.get();
        if (run.ended().isEmpty() && run.process().filter(this::lives).isPresent()) {
            return lease;
        }
        ReuseFiles.Use use = run.project().isPresent() && lease.address().isPresent()
                ? ReuseFiles.of(run.project().get(), lease.address().get())
                : new ReuseFiles.Use(Optional.empty(), true);
        if (use.user().isPresent()) {
            return lease.with(run.continuedBy(new SpreadProcess(
                    self.host(), self.boot(), self.namespace(), use.user().get())));
        }
        Instant now = clock.instant();
        // A clock that was set back must not stretch the grace period.
        Instant ended = run.ended().filter(at -> !at.isAfter(now)).orElse(now);
        boolean same = run.ended().filter(ended::equals).isPresent() && run.kept() == use.kept();
        return same ? lease : lease.with(run.ended(ended, use.kept()));
    }

    private boolean isHere(SpreadProcess process) {
        return !self.host().isEmpty()
                && self.host().equals(process.host())
                && self.namespace().equals(process.namespace());
    }

    private boolean lives(SpreadProcess process) {
        return self.boot().equals(process.boot()) && process.identity().isAlive();
    }
}
