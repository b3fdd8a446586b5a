package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** The host or the provider has no room for the machine. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class NoCapacityException extends AllocationException {

    private static final long serialVersionUID = 1L;

    /** With the circumstances and, maybe, a cause. */
    public NoCapacityException(AllocationFailure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
