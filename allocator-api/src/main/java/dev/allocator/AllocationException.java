package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * An allocation failed; whatever was created for it is destroyed, or recorded to be, or {@linkplain Keep kept}.
 *
 * <p>The subclasses name the cases that callers act on differently.
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public class AllocationException extends AllocatorException {

    private static final long serialVersionUID = 1L;

    private final transient AllocationFailure failure;

    /** With the circumstances and, maybe, a cause. */
    public AllocationException(AllocationFailure failure, @Nullable Throwable cause) {
        super(failure.toString(), cause);
        this.failure = failure;
    }

    /** Phase, reason, console and evidence. */
    public AllocationFailure failure() {
        return failure;
    }

    /** Whether the same request may succeed if tried again. */
    public boolean isRetryable() {
        return failure.retryable();
    }
}
