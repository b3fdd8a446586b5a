package dev.allocator.core.ssh;

import dev.allocator.Command;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Takes a command's output from the thread that reads the connection, which must not wait for a single command, and
 * hands it to the command's streams on the thread that waits for the command.
 */
final class CommandOutput {

    private static final int LARGEST_RESULT = 8 << 20;
    /** Beyond this a slow consumer makes the whole connection wait for it. */
    private static final int LARGEST_BACKLOG = 32 << 20;

    private static final class Chunk {
        private final OutputStream target;
        private final byte[] bytes;

        Chunk(OutputStream target, byte[] bytes) {
            this.target = target;
            this.bytes = bytes;
        }
    }

    private final Sink stdout;
    private final Sink stderr;
    private final Queue<Chunk> backlog = new ArrayDeque<>();
    private long backlogBytes;
    private boolean ended;
    private boolean abandoned;
    private @Nullable Exception failure;

    CommandOutput(Command command) {
        this.stdout = new Sink(command.stdout().orElse(null), false);
        this.stderr = new Sink(command.stderr().orElse(null), true);
    }

    OutputStream stdout() {
        return stdout;
    }

    OutputStream stderr() {
        return stderr;
    }

    String stdoutText() {
        return stdout.text();
    }

    String stderrText() {
        return stderr.text();
    }

    /** Ends it because the command could not be started. */
    synchronized void fail(Exception e) {
        failure = e;
        ended = true;
        notifyAll();
    }

    /** What {@link #fail} said, if it did. */
    synchronized @Nullable Exception failure() {
        return failure;
    }

    /** Drops what comes from now on. */
    synchronized void abandon() {
        abandoned = true;
        backlog.clear();
        notifyAll();
    }

    /**
     * Writes what comes to the command's streams until there is no more.
     *
     * @return whether the command ended, false if it was not over by then
     * @throws IOException if one of the streams cannot be written
     */
    boolean pump(long endNanos) throws InterruptedException, IOException {
        while (true) {
            Chunk chunk;
            synchronized (this) {
                while (backlog.isEmpty() && !ended) {
                    long millis = (endNanos - System.nanoTime()) / 1_000_000;
                    if (millis <= 0) {
                        return false;
                    }
                    wait(millis);
                }
                chunk = backlog.poll();
                if (chunk == null) {
                    return true;
                }
                backlogBytes -= chunk.bytes.length;
                notifyAll();
            }
            chunk.target.write(chunk.bytes);
            chunk.target.flush();
        }
    }

    private synchronized void enqueue(Chunk chunk) {
        while (backlogBytes > LARGEST_BACKLOG && !abandoned) {
            try {
                wait();
            } catch (InterruptedException e) {
                // Only closing the connection interrupts its thread.
                Thread.currentThread().interrupt();
                abandoned = true;
            }
        }
        if (!abandoned) {
            backlog.add(chunk);
            backlogBytes += chunk.bytes.length;
            notifyAll();
        }
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** One of the two streams; JSch closes that of the error output last, when the whole channel is closed. */
    private final class Sink extends OutputStream {
        private final @Nullable OutputStream target;
        private final boolean last;
        private final ByteArrayOutputStream captured = new ByteArrayOutputStream();

        Sink(@Nullable OutputStream target, boolean last) {
            this.target = target;
            this.last = last;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (target != null) {
                byte[] copy = new byte[length];
                System.arraycopy(bytes, offset, copy, 0, length);
                enqueue(new Chunk(target, copy));
                return;
            }
            synchronized (captured) {
                captured.write(bytes, offset, Math.min(length, LARGEST_RESULT - captured.size()));
            }
        }

        @Override
        public void close() {
            if (last) {
                end();
            }
        }

        String text() {
            synchronized (captured) {
                return captured.toString(StandardCharsets.UTF_8);
            }
        }
    }
}
