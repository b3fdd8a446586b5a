package dev.allocator.event;

import dev.allocator.LeaseId;
import dev.allocator.Phase;
import java.time.Instant;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Something worth telling a waiting person. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class Progress implements LeaseEvent {

    private final LeaseId leaseId;
    private final String profile;
    private final Instant at;
    private final Phase phase;
    private final String message;

    /** Made by the engine. */
    public Progress(LeaseId leaseId, String profile, Instant at, Phase phase, String message) {
        this.leaseId = leaseId;
        this.profile = profile;
        this.at = at;
        this.phase = phase;
        this.message = message;
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

    /** The phase it happened in. */
    public Phase phase() {
        return phase;
    }

    /** One line. */
    public String message() {
        return message;
    }

    @Override
    public String toString() {
        return "Progress " + leaseId + " (" + profile + "): " + phase + " " + message;
    }
}
