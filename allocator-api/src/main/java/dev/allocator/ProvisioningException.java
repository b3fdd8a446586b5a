package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** The machine could not be created, died, or could not be set up. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class ProvisioningException extends AllocationException {

    private static final long serialVersionUID = 1L;

    /** With the circumstances and, maybe, a cause. */
    public ProvisioningException(AllocationFailure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
