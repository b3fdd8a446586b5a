package dev.allocator.core.store;

import dev.allocator.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The thread that works on channels for a store, as an interrupt would close a channel in the hands of the caller's. It
 * is started when needed and ends when idle.
 */
final class StoreThread {

    private static final Duration IDLE = Duration.ofSeconds(10);

    private final ThreadPoolExecutor executor;

    StoreThread() {
        executor = new ThreadPoolExecutor(
                1, 1, IDLE.toMillis(), TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "allocator-store");
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
    }

    /**
     * Does something on the thread.
     *
     * @return its result; cancelling it has an effect until it has begun
     */
    <T> Future<T> start(IoAction<T> action) {
        try {
            return executor.submit(action::run);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new IOException("the store is closed", e));
        }
    }

    /**
     * Does something on the thread and waits for it, also if interrupted.
     *
     * @param tried what it is, for the message of a failure
     */
    <T> T call(String tried, Path where, Duration limit, IoAction<T> action) {
        Future<T> result = start(action);
        try {
            return await(result, limit);
        } catch (IOException e) {
            throw StorageFailure.of(tried, where, e);
        } catch (TimeoutException e) {
            result.cancel(false);
            throw new StoreException(
                    "cannot " + tried + " in " + where + ": not done within " + limit.toSeconds()
                            + " s; look for a stopped process that holds its lock (fuser " + where.resolve("lock")
                            + ") and for a disk that hangs",
                    e);
        }
    }

    /** Waits for a result, also if interrupted; the caller's flag is kept. */
    static <T> T await(Future<T> result, Duration limit) throws IOException, TimeoutException {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw unwrapped(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Takes no more work.
     *
     * @return whether the thread has done all it was given within the limit
     */
    boolean close(Duration limit) {
        executor.shutdown();
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        while (true) {
            try {
                boolean done = executor.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return done;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private static IOException unwrapped(ExecutionException e) {
        if (e.getCause() instanceof IOException failure) {
            return failure;
        }
        return new IOException("unexpected: " + e.getCause(), e.getCause());
    }
}
