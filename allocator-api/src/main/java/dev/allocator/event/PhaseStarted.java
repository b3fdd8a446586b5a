package dev.allocator.event;

import dev.allocator.LeaseId;
import dev.allocator.Phase;
import java.time.Instant;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** An allocation entered a phase. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class PhaseStarted extends LeaseEvent {

    private final Phase phase;

    /** Made by the engine. */
    public PhaseStarted(LeaseId leaseId, String profile, Instant at, Phase phase) {
        super(leaseId, profile, at);
        this.phase = phase;
    }

    /** The phase. */
    public Phase phase() {
        return phase;
    }

    @Override
    public String toString() {
        return describe("" + phase);
    }
}
