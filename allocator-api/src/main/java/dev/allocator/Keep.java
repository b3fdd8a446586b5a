package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** When a machine is kept that would be destroyed, so that somebody can look at it: as a detached lease with a TTL. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public enum Keep {
    /** Never. */
    NEVER,
    /** If its allocation failed although the machine runs. */
    FAILED,
    /**
     * Also if its lease is closed, or its allocator: then it ends with its TTL, 2 h unless request or profile say, or
     * when it is discarded by name. A process that is killed, such as by {@code kill -9}, keeps nothing: its leases end
     * with it.
     */
    ALWAYS
}
