package dev.allocator.event;

import dev.allocator.LeaseId;
import dev.allocator.Phase;
import java.time.Instant;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** An allocation entered a phase. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class PhaseStarted implements LeaseEvent {

    private final LeaseId leaseId;
    private final String profile;
    private final Instant at;
    private final Phase phase;

    /** Made by the engine. */
    public PhaseStarted(LeaseId leaseId, String profile, Instant at, Phase phase) {
        this.leaseId = leaseId;
        this.profile = profile;
        this.at = at;
        this.phase = phase;
    }

    @Override
    public LeaseId leaseId() {
        return leaseId;
    }

    @Override
    public String profile() {
        return profile;
    }

    @Override
    public Instant at() {
        return at;
    }

    /** The phase. */
    public Phase phase() {
        return phase;
    }

    @Override
    public String toString() {
        return "PhaseStarted " + leaseId + " (" + profile + "): " + phase;
    }
}
