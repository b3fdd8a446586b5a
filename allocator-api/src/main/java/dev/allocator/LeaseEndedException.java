package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The lease has ended; its machine is gone or going. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class LeaseEndedException extends AllocatorException {

    private static final long serialVersionUID = 1L;

    private final LeaseId lease;

    /** With the lease. */
    public LeaseEndedException(LeaseId lease) {
        super("lease " + lease + " has ended");
        this.lease = lease;
    }

    /** The lease. */
    public LeaseId lease() {
        return lease;
    }
}
