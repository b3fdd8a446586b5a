package dev.allocator.core.lease;

import dev.allocator.EndReason;
import dev.allocator.LeaseState;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Decides whether a lease is over by itself. Whatever is not known for sure counts as in use. */
public final class Judge {

    private final Path stateDirectory;
    private final InstantSource clock;
    private final OwnerId self;

    /**
     * Judges leases of a store.
     *
     * @param self this process
     */
    public Judge(Path stateDirectory, InstantSource clock, OwnerId self) {
        this.stateDirectory = stateDirectory;
        this.clock = clock;
        this.self = self;
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
            boolean later = lease.nextTry().filter(next -> next.isAfter(now)).isPresent();
            return later && !endedWithItsOwner(lease) ? Optional.empty() : Optional.of(tryAgain(lease));
        }
        if (lease.expired(now)) {
            return Optional.of(new End(
                    EndReason.EXPIRED, "it expired at " + lease.expires().orElse(now)));
        }
        return lease.owner()
                .filter(this::isDead)
                .map(owner -> new End(EndReason.OWNER_DIED, "its owner, " + owner + ", is dead"));
    }

    private boolean isDead(OwnerId owner) {
        return Owner.isDead(stateDirectory, owner, self);
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

    private static End tryAgain(LeaseRecord lease) {
        return new End(
                EndReason.DISCARDED,
                lease.problem().map(problem -> "trying again: " + problem).orElse("it was ending"));
    }
}
