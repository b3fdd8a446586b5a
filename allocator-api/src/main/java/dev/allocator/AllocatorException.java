package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** The root of what this library throws; its message is one line for people. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public class AllocatorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a message. */
    public AllocatorException(String message) {
        super(message);
    }

    /** With a message and a cause. */
    public AllocatorException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
