package dev.allocator.core.lease;

import dev.allocator.EndReason;
import dev.allocator.LeaseState;
import dev.allocator.core.lease.Owners.Life;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;

/** Decides whether a lease is over by itself. Whatever is not known for sure counts as in use. */
public final class Judge {

    private final InstantSource clock;
    private final Owners owners;
    private final SpreadWatch spread;

    /**
     * Judges leases of a store.
     *
     * @param self this process
     */
    public Judge(Path stateDirectory, InstantSource clock, OwnerId self) {
        this.clock = clock;
        this.owners = new Owners(stateDirectory, clock, self);
        this.spread = new SpreadWatch(clock, self);
    }

    /**
     * Why a lease is over.
     *
     * @param reason for programs
     * @param why for people, one clause
     */
    public record End(EndReason reason, String why) {}

    /**
     * Writes down what became of the run of spread that a lease was allocated for, so that its grace period counts from
     * now; to be called before anything is ended.
     *
     * @return the record as it is then
     */
    public LeaseRecord note(Leases leases, LeaseRecord lease) {
        return spread.note(leases, lease);
    }

    /** Why somebody has to end the lease now, or empty if nobody has to. */
    public Optional<End> whyOver(LeaseRecord lease) {
        Instant now = clock.instant();
        if (lease.state() == LeaseState.ENDING) {
            boolean later = lease.nextTry().filter(next -> isAhead(next, now)).isPresent();
            return later && !endedWithItsOwner(lease) ? Optional.empty() : Optional.of(tryAgain(lease));
        }
        Optional<End> timeUp = spread.whyOver(lease, now);
        if (timeUp.isPresent()) {
            return timeUp;
        }
        return lease.owner().flatMap(owner -> {
            Owners.Finding finding = owners.look(owner);
            return finding.life() == Life.DEAD
                    ? Optional.of(new End(EndReason.OWNER_DIED, "its owner, " + owner + ", " + finding.why()))
                    : Optional.empty();
        });
    }

    /**
     * Whether what was found of a lease is true of its record as it is now: it may have been renewed, detached or kept
     * meanwhile. An owner that is dead stays so.
     */
    public Predicate<LeaseRecord> still(End end) {
        return now -> now.state() == LeaseState.ENDING
                || (end.reason() == EndReason.OWNER_DIED
                        ? now.owner().isPresent()
                        : spread.whyOver(now, clock.instant()).isPresent());
    }

    /** Why somebody who asks for it may end the lease now: a failed attempt to destroy its machine is repeated at once. */
    public Optional<End> whyOverNow(LeaseRecord lease) {
        return lease.state() == LeaseState.ENDING ? Optional.of(tryAgain(lease)) : whyOver(lease);
    }

    /** Why it cannot be known whether the lease is over, or empty if that is known. */
    public Optional<String> whyUnknown(LeaseRecord lease) {
        return lease.owner().flatMap(owner -> {
            Owners.Finding finding = owners.look(owner);
            return finding.life() == Life.UNKNOWN
                    ? Optional.of("its owner, " + owner + ", " + finding.why())
                    : Optional.empty();
        });
    }

    /** Whether somebody held it who is proved dead. */
    public boolean isOwnerDead(LeaseRecord lease) {
        return lease.owner().filter(this::isDead).isPresent();
    }

    /** Whether it was most likely its owner who was ending it, and died: nobody has to wait for that one. */
    private boolean endedWithItsOwner(LeaseRecord lease) {
        return lease.problem().isEmpty() && isOwnerDead(lease);
    }

    private boolean isDead(OwnerId owner) {
        return owners.look(owner).life() == Life.DEAD;
    }

    /** A time that is further ahead than anyone waits was set by a clock that was wrong. */
    private static boolean isAhead(Instant next, Instant now) {
        return next.isAfter(now) && !next.isAfter(now.plus(BackOff.LONGEST));
    }

    private static End tryAgain(LeaseRecord lease) {
        return new End(
                lease.endReason().orElse(EndReason.DISCARDED),
                lease.problem().map(problem -> "trying again: " + problem).orElse("it was ending"));
    }
}
