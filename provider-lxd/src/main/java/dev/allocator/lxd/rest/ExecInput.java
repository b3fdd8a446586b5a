package dev.allocator.lxd.rest;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Copies a command's input to it, on a thread of its own, as the command's stream may block for long. */
final class ExecInput implements Runnable {

    private final InputStream source;
    private final ExecSockets sockets;
    private final Runnable onFailure;
    private final Thread thread = new Thread(this, "allocator-lxd-stdin");
    private volatile boolean stopped;
    private volatile @Nullable IOException failure;

    private ExecInput(InputStream source, ExecSockets sockets, Runnable onFailure) {
        this.source = source;
        this.sockets = sockets;
        this.onFailure = onFailure;
    }

    /** Starts to copy; what is to happen if the command's stream cannot be read must not block. */
    static ExecInput start(InputStream source, ExecSockets sockets, Runnable onFailure) {
        ExecInput input = new ExecInput(source, sockets, onFailure);
        input.thread.setDaemon(true);
        input.thread.start();
        return input;
    }

    @Override
    public void run() {
        byte[] buffer = new byte[32 * 1024];
        try {
            int length = source.read(buffer);
            while (length >= 0 && !stopped && sockets.write(buffer, length)) {
                length = source.read(buffer);
            }
            sockets.endInput();
        } catch (IOException e) {
            if (!stopped) {
                failure = e;
                onFailure.run();
            }
        } catch (InterruptedException e) {
            // By stop(), which wants just that.
            stopped = true;
        }
    }

    /** Why the command's stream could not be read. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** Ends the copying if it waits for the command's stream and that can be interrupted. */
    void stop() {
        stopped = true;
        thread.interrupt();
    }
}
