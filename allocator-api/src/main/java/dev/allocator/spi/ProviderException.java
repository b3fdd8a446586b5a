package dev.allocator.spi;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** A provider's clear sentence about what went wrong. It may name host and tool, never a secret. */
@API(status = Status.MAINTAINED, since = "0.1")
public class ProviderException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What the engine makes of it. */
    public enum Kind {
        /** The same again will fail again. */
        FINAL,
        /** The same again may succeed. */
        RETRYABLE,
        /** There is no room now. */
        NO_CAPACITY
    }

    /** With a message; final. */
    public ProviderException(String message) {
        this(Kind.FINAL, message, null);
    }

    /** With a message and a cause; final. */
    public ProviderException(String message, @Nullable Throwable cause) {
        this(Kind.FINAL, message, cause);
    }

    /** With all there is. */
    public ProviderException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What the engine makes of it. */
    public Kind kind() {
        return kind;
    }
}
