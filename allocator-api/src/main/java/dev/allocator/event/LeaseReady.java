package dev.allocator.event;

import dev.allocator.LeaseId;
import java.time.Duration;
import java.time.Instant;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A machine is ready and its lease begins. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class LeaseReady implements LeaseEvent {

    private final LeaseId leaseId;
    private final String profile;
    private final Instant at;
    private final Duration took;

    /** Made by the engine. */
    public LeaseReady(LeaseId leaseId, String profile, Instant at, Duration took) {
        this.leaseId = leaseId;
        this.profile = profile;
        this.at = at;
        this.took = took;
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

    /** Time from the request until now. */
    public Duration took() {
        return took;
    }

    @Override
    public String toString() {
        return "LeaseReady " + leaseId + " (" + profile + "): " + took;
    }
}
