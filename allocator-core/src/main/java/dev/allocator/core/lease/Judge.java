package dev.allocator.core.lease;

import dev.allocator.EndReason;
import dev.allocator.LeaseState;
import dev.allocator.core.lease.Owners.Life;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Decides whether a lease is over by itself. Whatever is not known for sure counts as in use. */
public final class Judge {

    private final InstantSource clock;
    private final Owners owners;

    /**
     * Judges leases of a store.
     *
     * @param self this process
     */
    public Judge(Path stateDirectory, InstantSource clock, OwnerId self) {
        this.clock = clock;
        this.owners = new Owners(stateDirectory, clock, self);
    }

    /**
     * Why a lease is over.
     *
     * @param reason for programs
     * @param why for people, one clause
     */
    public record End(EndReason reason, String why) {}

    /** Why somebody has to end the lease now, or empty if nobody has to. */
    public Optional<End> whyOver(LeaseRecord lease) {
        Instant now = clock.instant();
        if (lease.state() == LeaseState.ENDING) {
            boolean later = lease.nextTry().filter(next -> isAhead(next, now)).isPresent();
            return later && !endedWithItsOwner(lease) ? Optional.empty() : Optional.of(tryAgain(lease));
        }
        if (lease.expired(now)) {
            return Optional.of(new End(
                    EndReason.EXPIRED, "it expired at " + lease.expires().orElse(now)));
        }
        return lease.owner().flatMap(owner -> {
            Owners.Finding finding = owners.look(owner);
            return finding.life() == Life.DEAD
                    ? Optional.of(new End(EndReason.OWNER_DIED, "its owner, " + owner + ", " + finding.why()))
                    : Optional.empty();
        });
    }

    private boolean isDead(OwnerId owner) {
        return owners.look(owner).life() == Life.DEAD;
    }

    /** Whether somebody held it who is proved dead. */
    public boolean isOwnerDead(LeaseRecord lease) {
        return lease.owner().filter(this::isDead).isPresent();
    }

    /** Whether it was most likely its owner who was ending it, and died: nobody has to wait for that one. */
    private boolean endedWithItsOwner(LeaseRecord lease) {
        return lease.problem().isEmpty() && isOwnerDead(lease);
    }

    /** The same for somebody who asks for it: a failed attempt to destroy its machine is repeated at once. */
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
