package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** A machine could not be logged in to, or the connection broke. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class MachineAccessException extends AllocatorException {

    private static final long serialVersionUID = 1L;

    /** With a message and, maybe, a cause. */
    public MachineAccessException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
