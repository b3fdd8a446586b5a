package dev.allocator.lxd.rest;

import dev.allocator.spi.ProviderException;
import org.jspecify.annotations.Nullable;

/** LXD refused a request, failed to do it, or could not be asked. The message is LXD's, or one clear sentence. */
public final class LxdException extends ProviderException {

    private static final long serialVersionUID = 1L;

    /** The status of a request that never reached LXD, or whose answer never came. */
    public static final int UNREACHABLE = 0;

    /** What stood between the question and the answer. */
    public enum Reason {
        /** Nothing: LXD answered, and its answer was no. */
        REFUSED_BY_LXD(Kind.FINAL),
        /** LXD answered that it is just starting or stopping (503); it did nothing. */
        NOT_READY(Kind.RETRYABLE),
        /** There is no socket at that path. */
        NO_SOCKET(Kind.FINAL),
        /** This user may not open the socket. */
        NO_PERMISSION(Kind.FINAL),
        /** There is a socket, but nobody listens at it. */
        NOBODY_LISTENS(Kind.RETRYABLE),
        /** Something answers there, but not as LXD does. */
        NOT_LXD(Kind.FINAL),
        /** The connection broke, or the answer was incomplete. */
        CONNECTION_LOST(Kind.RETRYABLE),
        /** The deadline came first. */
        NO_ANSWER_IN_TIME(Kind.RETRYABLE),
        /** A stream that the caller gave to a command failed. */
        COMMAND_STREAM(Kind.FINAL),
        /** The client was closed. */
        CLOSED(Kind.FINAL);

        private final Kind kind;

        Reason(Kind kind) {
            this.kind = kind;
        }
    }

    private final int status;
    private final Reason reason;

    private LxdException(int status, Reason reason, String message, @Nullable Throwable cause) {
        super(reason.kind, message, cause);
        this.status = status;
        this.reason = reason;
    }

    /** LXD's answer: the code of the HTTP answer or of the failed operation, and its own words. */
    static LxdException refused(int status, String words) {
        return new LxdException(status, status == 503 ? Reason.NOT_READY : Reason.REFUSED_BY_LXD, words, null);
    }

    /** There was no answer, for a reason other than LXD's. */
    static LxdException unreachable(Reason reason, String message, @Nullable Throwable cause) {
        return new LxdException(UNREACHABLE, reason, message, cause);
    }

    /** The HTTP status or the operation's, such as 404; {@link #UNREACHABLE} if LXD could not be asked. */
    public int status() {
        return status;
    }

    /** Why there is no other answer. */
    public Reason reason() {
        return reason;
    }

    /** Whether LXD answered that what was asked for is not there. */
    public boolean isMissing() {
        return status == 404;
    }

    /** Whether it is unknown what LXD did, if anything. */
    public boolean isUnknown() {
        return status == UNREACHABLE;
    }
}
