package dev.allocator.core;

import dev.allocator.AllocatorException;
import dev.allocator.Durations;
import dev.allocator.spi.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that create and destroy. They are daemons, start on demand and are never interrupted by callers: whoever
 * waits for them returns within a second when interrupted, and the work goes on.
 */
final class EngineThreads implements AutoCloseable {

    private static final Duration INTERRUPTED_GRACE = Duration.ofMillis(800);

    private final ExecutorService workers = Executors.newCachedThreadPool(daemons("allocator-worker-"));
    private final ScheduledExecutorService timer;

    EngineThreads() {
        this(timerThread());
    }

    /** With a timer that decides by itself when its tasks run; it is shut down with these threads. */
    EngineThreads(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    private static ScheduledExecutorService timerThread() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, daemons("allocator-timer-"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }

    private static ThreadFactory daemons(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Runs what must happen at a time; its tasks must be short. */
    ScheduledExecutorService timer() {
        return timer;
    }

    /** Runs something that reports its own failures. */
    void start(String name, Runnable task) {
        workers.execute(() -> {
            Thread thread = Thread.currentThread();
            String before = thread.getName();
            thread.setName(before + " " + name);
            try {
                task.run();
            } finally {
                thread.setName(before);
                Thread.interrupted(); // a stop that came too late is not the next task's
            }
        });
    }

    Future<?> submit(Runnable task) {
        return workers.submit(task);
    }

    <T> Future<T> submit(Callable<T> task) {
        return workers.submit(task);
    }

    /**
     * Waits for work and returns its result. An interrupted caller waits less than a second more.
     *
     * @throws AllocatorException what the work threw, or that the caller was interrupted, whose flag is set
     */
    <T> T await(Future<T> work) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return interrupted ? work.get(INTERRUPTED_GRACE.toMillis(), TimeUnit.MILLISECONDS) : work.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    throw new AllocatorException("interrupted while waiting; the work goes on in the background", e);
                } catch (ExecutionException e) {
                    throw unwrap(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits for all until the deadline, also if the caller is interrupted, whose flag is set again afterwards.
     *
     * @return the first failure, with the others suppressed in it, or null
     */
    @Nullable
    AllocatorException awaitAll(List<Future<?>> work, Deadline deadline) {
        @Nullable AllocatorException failure = null;
        boolean interrupted = false;
        for (Future<?> one : work) {
            @Nullable AllocatorException next = null;
            boolean done = false;
            while (!done) {
                try {
                    one.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
                    done = true;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    next = new AllocatorException(
                            "not everything could be destroyed within "
                                    + Durations.format(deadline.total())
                                    + " (closeTimeout); records are kept, and it is tried again later, or by a clean-up",
                            e);
                    done = true;
                } catch (ExecutionException e) {
                    next = unwrap(e);
                    done = true;
                }
            }
            if (failure == null) {
                failure = next;
            } else if (next != null) {
                failure.addSuppressed(next);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return failure;
    }

    private static AllocatorException unwrap(ExecutionException e) {
        return e.getCause() instanceof AllocatorException known
                ? known
                : new AllocatorException("unexpected " + e.getCause(), e.getCause());
    }

    /** Stops all threads; work that did not end in time is interrupted. */
    @Override
    public void close() {
        timer.shutdownNow();
        workers.shutdownNow();
    }
}
