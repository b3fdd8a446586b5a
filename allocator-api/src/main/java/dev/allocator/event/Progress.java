package dev.allocator.event;

import dev.allocator.LeaseId;
import dev.allocator.Phase;
import java.time.Instant;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Something worth telling a waiting person. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class Progress extends LeaseEvent {

    private final Phase phase;
    private final String message;

    /** Made by the engine. */
    public Progress(LeaseId leaseId, String profile, Instant at, Phase phase, String message) {
        super(leaseId, profile, at);
        this.phase = phase;
        this.message = message;
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
        return describe(phase + " " + message);
    }
}
