package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** The store of records cannot be read or written. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class StoreException extends AllocatorException {

    private static final long serialVersionUID = 1L;

    /** With a message and, maybe, a cause. */
    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
