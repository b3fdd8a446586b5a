package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Where a lease is in its life. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public enum LeaseState {
    /** Its machine is being made. */
    PENDING,
    /** Its user can log in; or its allocation failed and its machine {@linkplain Keep was kept}. */
    READY,
    /** It is over and its machine is being destroyed, or could not be yet. */
    ENDING
}
