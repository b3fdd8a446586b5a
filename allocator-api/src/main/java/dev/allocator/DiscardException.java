package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** A machine could not be destroyed; its record is kept so that it can be tried again. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class DiscardException extends AllocatorException {

    private static final long serialVersionUID = 1L;

    private final LeaseId lease;

    /** With the lease, what went wrong and a cause. */
    public DiscardException(LeaseId lease, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.lease = lease;
    }

    /** The lease whose machine is left. */
    public LeaseId lease() {
        return lease;
    }
}
