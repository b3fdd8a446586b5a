package dev.allocator.core.readiness;

import org.jspecify.annotations.Nullable;

/** A machine did not become ready; the message is one sentence for people. */
public final class ReadinessFailure extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The deadline passed. */
        TIMEOUT,
        /** The machine answers, and waiting longer would change nothing. */
        REFUSED,
        /** The machine died. */
        DIED
    }

    private final Reason reason;

    ReadinessFailure(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
