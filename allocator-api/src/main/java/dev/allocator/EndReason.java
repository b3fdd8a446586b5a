package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Why a lease ended. Releases may add reasons. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public enum EndReason {
    /** Someone discarded it, or closed it while it was attached. */
    DISCARDED,
    /** Its time ran out. */
    EXPIRED,
    /** The process that held it died. */
    OWNER_DIED,
    /** The run of the spread test runner that it was allocated for was killed, and its grace period is over. */
    ABANDONED,
    /** Its machine never became ready. */
    FAILED,
    /** Its allocation was cancelled. */
    CANCELLED
}
