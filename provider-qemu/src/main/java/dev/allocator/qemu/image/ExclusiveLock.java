package dev.allocator.qemu.image;

import dev.allocator.spi.Deadline;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A lock on a file among all threads and processes, which ends with whoever holds it. A process loses its lock when it
 * closes any descriptor of the file (fcntl(2)), so within a process a monitor comes first. A monitor cannot be waited for
 * with a limit, so a thread of its own waits and holds.
 */
final class ExclusiveLock implements AutoCloseable {

    private static final long POLL_MILLIS = 100;

    private final Path file;
    private final String monitor;
    private final CompletableFuture<Void> taken = new CompletableFuture<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final Thread holder;

    private ExclusiveLock(Path file) throws IOException {
        this.file = file;
        Path folder = Files.createDirectories(file.toAbsolutePath().getParent()).toRealPath();
        // Interned texts are the only objects that all class loaders of a process share by value.
        this.monitor = ("dev.allocator.qemu.image.lock " + folder.resolve(file.getFileName())).intern();
        this.holder = new Thread(this::hold, "allocator-image-lock");
        holder.setDaemon(true);
        holder.start();
    }

    /**
     * Waits for the lock.
     *
     * @param waiting run once if somebody else has it
     * @return empty if it was not free in time; else close it
     */
    static Optional<ExclusiveLock> take(Path file, Deadline deadline, Runnable waiting)
            throws IOException, InterruptedException {
        ExclusiveLock lock = new ExclusiveLock(file);
        boolean success = false;
        try {
            success = lock.isTaken(Duration.ofMillis(POLL_MILLIS * 2));
            if (!success) {
                waiting.run();
                success = lock.isTaken(deadline.remaining());
            }
            return success ? Optional.of(lock) : Optional.empty();
        } finally {
            if (!success) {
                lock.close();
            }
        }
    }

    private boolean isTaken(Duration limit) throws IOException, InterruptedException {
        try {
            taken.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IOException("cannot lock " + file + ": " + e.getCause(), e);
        }
    }

    private void hold() {
        synchronized (monitor) {
            if (released.getCount() == 0) {
                return;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                while (channel.tryLock() == null) {
                    if (released.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
                taken.complete(null);
                released.await();
            } catch (IOException | RuntimeException e) {
                taken.completeExceptionally(e);
            } catch (InterruptedException e) {
                taken.completeExceptionally(e); // nobody interrupts it
            }
        }
    }

    /** Gives it back; returns when others can take it. */
    @Override
    public void close() {
        released.countDown();
        boolean interrupted = false;
        while (taken.isDone() && holder.isAlive()) {
            try {
                holder.join();
            } catch (InterruptedException e) {
                interrupted = true; // it takes a moment only
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
