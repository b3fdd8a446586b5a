package dev.allocator.event;

import dev.allocator.EndReason;
import dev.allocator.LeaseId;
import java.time.Instant;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A lease is over and its machine gone. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class LeaseEnded implements LeaseEvent {

    private final LeaseId leaseId;
    private final String profile;
    private final Instant at;
    private final EndReason reason;

    /** Made by the engine. */
    public LeaseEnded(LeaseId leaseId, String profile, Instant at, EndReason reason) {
        this.leaseId = leaseId;
        this.profile = profile;
        this.at = at;
        this.reason = reason;
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

    /** Why. */
    public EndReason reason() {
        return reason;
    }

    @Override
    public String toString() {
        return "LeaseEnded " + leaseId + " (" + profile + "): " + reason;
    }
}
