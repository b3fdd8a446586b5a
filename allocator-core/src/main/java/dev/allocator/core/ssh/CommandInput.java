package dev.allocator.core.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Copies a command's input to its channel on a thread of its own, as both ends may block for long.
 *
 * <p>That thread may be interrupted only while it reads from the command's stream: an interrupt while it writes would
 * close the socket that all commands share.
 */
final class CommandInput {

    private final InputStream source;
    private @Nullable Thread reader;
    private boolean stopped;

    CommandInput(InputStream source) {
        this.source = source;
    }

    /**
     * Copies all there is.
     *
     * @throws IOException if the channel takes no more
     * @throws UncheckedIOException if the command's stream cannot be read
     */
    void copyTo(OutputStream channel) throws IOException {
        byte[] buffer = new byte[32 * 1024];
        int length = read(buffer);
        while (length >= 0) {
            channel.write(buffer, 0, length);
            channel.flush();
            length = read(buffer);
        }
    }

    /** Ends the copying if it waits for the command's stream and that can be interrupted. */
    synchronized void stop() {
        stopped = true;
        if (reader != null) {
            reader.interrupt();
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    private int read(byte[] buffer) throws IOException {
        synchronized (this) {
            if (stopped) {
                return -1;
            }
            reader = Thread.currentThread();
        }
        try {
            return source.read(buffer);
        } catch (IOException e) {
            if (isStopped()) {
                return -1;
            }
            throw new UncheckedIOException(e);
        } finally {
            synchronized (this) {
                reader = null;
                // An interrupt that came too late must not meet the socket.
                Thread.interrupted();
            }
        }
    }
}
