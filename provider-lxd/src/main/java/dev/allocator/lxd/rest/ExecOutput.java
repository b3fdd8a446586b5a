package dev.allocator.lxd.rest;

import dev.allocator.Command;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Takes a command's output from the threads that read its WebSockets and hands it to the command's streams on the thread
 * that waits for the command. A slow consumer makes the command wait.
 */
final class ExecOutput {

    private static final int LARGEST_RESULT = 8 << 20;
    private static final int LARGEST_BACKLOG = 1 << 20;

    /** One of the two streams. */
    final class Sink {
        private final @Nullable OutputStream target;
        private final ByteArrayOutputStream captured = new ByteArrayOutputStream();
        private boolean ended;

        private Sink(@Nullable OutputStream target) {
            this.target = target;
        }

        void write(ByteString bytes) {
            synchronized (ExecOutput.this) {
                if (target != null) {
                    enqueue(new Chunk(target, bytes));
                } else {
                    int room = Math.min(bytes.size(), LARGEST_RESULT - captured.size());
                    captured.writeBytes(bytes.substring(0, room).toByteArray());
                }
            }
        }

        /** All of it has come. */
        void end() {
            synchronized (ExecOutput.this) {
                ended = true;
                ExecOutput.this.notifyAll();
            }
        }

        /** There may be more, but it will not come. */
        void lose() {
            synchronized (ExecOutput.this) {
                lost |= !ended;
                end();
            }
        }

        String text() {
            synchronized (ExecOutput.this) {
                return captured.toString(StandardCharsets.UTF_8);
            }
        }
    }

    private record Chunk(OutputStream target, ByteString bytes) {}

    private final Sink stdout;
    private final Sink stderr;
    private final Queue<Chunk> backlog = new ArrayDeque<>();
    private long backlogBytes;
    private boolean lost;
    private boolean abandoned;

    ExecOutput(Command command) {
        this.stdout = new Sink(command.stdout().orElse(null));
        this.stderr = new Sink(command.stderr().orElse(null));
    }

    Sink stdout() {
        return stdout;
    }

    Sink stderr() {
        return stderr;
    }

    /** Whether some of it is missing. */
    synchronized boolean isLost() {
        return lost;
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
     * @return whether there is no more, false if its time was over before
     * @throws IOException if one of the streams cannot be written
     */
    boolean pump(long endNanos) throws InterruptedException, IOException {
        while (true) {
            Chunk chunk;
            synchronized (this) {
                while (backlog.isEmpty() && !(stdout.ended && stderr.ended)) {
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
                backlogBytes -= chunk.bytes.size();
                notifyAll();
            }
            chunk.target.write(chunk.bytes.toByteArray());
            chunk.target.flush();
        }
    }

    private synchronized void enqueue(Chunk chunk) {
        while (backlogBytes > LARGEST_BACKLOG && !abandoned) {
            try {
                wait();
            } catch (InterruptedException e) {
                // Only closing the client interrupts its threads.
                Thread.currentThread().interrupt();
                abandoned = true;
            }
        }
        if (!abandoned) {
            backlog.add(chunk);
            backlogBytes += chunk.bytes.size();
            notifyAll();
        }
    }
}
