package dev.allocator.event;

import dev.allocator.EndReason;
import dev.allocator.LeaseId;
import java.time.Instant;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A lease is over and its machine gone. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class LeaseEnded extends LeaseEvent {

    private final EndReason reason;

    /** Made by the engine. */
    public LeaseEnded(LeaseId leaseId, String profile, Instant at, EndReason reason) {
        super(leaseId, profile, at);
        this.reason = reason;
    }

    /** Why. */
    public EndReason reason() {
        return reason;
    }

    @Override
    public String toString() {
        return describe("" + reason);
    }
}
