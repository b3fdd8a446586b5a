package dev.allocator.lxd.rest;

import dev.allocator.spi.ProviderException;
import org.jspecify.annotations.Nullable;

/** LXD refused a request, failed to do it, or could not be asked. The message is LXD's, or one clear sentence. */
public final class LxdException extends ProviderException {

    private static final long serialVersionUID = 1L;

    /** The status of a request that never reached LXD, or whose answer never came. */
    public static final int UNREACHABLE = 0;

    private final int status;

    /** With the code of the answer, of the failed operation, or {@link #UNREACHABLE}. */
    public LxdException(int status, String message, @Nullable Throwable cause) {
        super(status == UNREACHABLE ? Kind.RETRYABLE : Kind.FINAL, message, cause);
        this.status = status;
    }

    /** The HTTP status or the operation's, such as 404; {@link #UNREACHABLE} if LXD could not be asked. */
    public int status() {
        return status;
    }

    /** Whether what was asked for is not there. */
    public boolean isMissing() {
        return status == 404;
    }

    /** Whether it is unknown what LXD did, if anything. */
    public boolean isUnknown() {
        return status == UNREACHABLE;
    }
}
