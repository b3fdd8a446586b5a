package dev.allocator.event;

import dev.allocator.LeaseId;
import java.time.Duration;
import java.time.Instant;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A machine is ready and its lease begins. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class LeaseReady extends LeaseEvent {

    private final Duration took;

    /** Made by the engine. */
    public LeaseReady(LeaseId leaseId, String profile, Instant at, Duration took) {
        super(leaseId, profile, at);
        this.took = took;
    }

    /** Time from the request until now. */
    public Duration took() {
        return took;
    }

    @Override
    public String toString() {
        return describe("" + took);
    }
}
