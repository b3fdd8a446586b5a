package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** The deadline passed, or the log-in was refused for good, before the user could log in. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class ReadinessTimeoutException extends AllocationException {

    private static final long serialVersionUID = 1L;

    /** With the circumstances and, maybe, a cause. */
    public ReadinessTimeoutException(AllocationFailure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
