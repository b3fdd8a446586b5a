package dev.allocator.event;

import dev.allocator.LeaseId;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Something that happened to a lease. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public interface LeaseEvent extends AllocatorEvent {
    /** The lease. */
    LeaseId leaseId();

    /** The lease's profile. */
    String profile();
}
