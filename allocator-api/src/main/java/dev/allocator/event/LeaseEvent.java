package dev.allocator.event;

import dev.allocator.LeaseId;
import java.time.Instant;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Something that happened to a lease. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public abstract class LeaseEvent implements AllocatorEvent {

    private final LeaseId leaseId;
    private final String profile;
    private final Instant at;

    /** With what all of them have. */
    protected LeaseEvent(LeaseId leaseId, String profile, Instant at) {
        this.leaseId = leaseId;
        this.profile = profile;
        this.at = at;
    }

    /** The lease. */
    public LeaseId leaseId() {
        return leaseId;
    }

    /** The lease's profile. */
    public String profile() {
        return profile;
    }

    @Override
    public Instant at() {
        return at;
    }

    /** The event in one line, with what it says besides the lease. */
    String describe(String what) {
        return getClass().getSimpleName() + " " + leaseId + " (" + profile + "): " + what;
    }
}
