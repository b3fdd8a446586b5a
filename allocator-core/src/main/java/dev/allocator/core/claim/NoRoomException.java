package dev.allocator.core.claim;

/** There is no room for a machine. The message is one clear sentence. */
public final class NoRoomException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    /**
     * With one sentence.
     *
     * @param retryable whether there may be room later
     */
    public NoRoomException(String message, boolean retryable) {
        super(message);
        this.retryable = retryable;
    }

    /** Whether there may be room later. */
    public boolean isRetryable() {
        return retryable;
    }
}
