package dev.allocator.lxd.rest;

import dev.allocator.lxd.rest.LxdException.Reason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The socket cannot be connected, for a known reason. */
final class SocketFault extends IOException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    SocketFault(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
