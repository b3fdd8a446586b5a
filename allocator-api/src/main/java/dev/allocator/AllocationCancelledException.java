package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** The allocation was cancelled, its caller interrupted or its allocator closed. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class AllocationCancelledException extends AllocationException {

    private static final long serialVersionUID = 1L;

    /** With the circumstances and, maybe, a cause. */
    public AllocationCancelledException(AllocationFailure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
