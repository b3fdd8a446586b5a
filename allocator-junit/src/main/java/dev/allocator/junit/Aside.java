package dev.allocator.junit;

import dev.allocator.AllocatorException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Does what takes long on threads of its own. Parallel tests run in a {@link java.util.concurrent.ForkJoinPool}, which
 * starts another test for each of its threads that waits for a future, so that many more would run at a time than were asked
 * for: waiting for these threads does not count for it.
 */
final class Aside {

    private Aside() {}

    /** Does it, and returns or throws what it does. An interrupt is passed on. */
    static <T> T call(String what, Callable<T> work) {
        ExecutorService thread = threads(what, 1);
        Future<T> future = thread.submit(work);
        try {
            return result(what, future);
        } finally {
            thread.shutdown();
        }
    }

    private static <T> T result(String what, Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException exception) {
                throw exception;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new AllocatorException(what + " failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            boolean goesOn = future.cancel(true);
            try {
                if (goesOn) {
                    throw new AllocatorException(
                            "interrupted while " + what + "; what was made for it is destroyed in the background", e);
                }
                return result(what, future); // it has just been done
            } finally {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Does all of it at once and returns when it is done, or that much later: what is not done by then is interrupted. An
     * interrupt of the caller waits until then.
     */
    static void all(String what, List<? extends Runnable> tasks, Duration limit) {
        if (tasks.isEmpty()) {
            return;
        }
        ExecutorService threads = threads(what, tasks.size());
        List<Future<?>> futures = new ArrayList<>();
        tasks.forEach(task -> futures.add(threads.submit(task)));
        long end = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        for (Future<?> future : futures) {
            boolean waits = true;
            while (waits) {
                try {
                    future.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                    waits = false;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    Console.say(what + " took longer than " + limit.toSeconds() + " s; given up");
                    waits = false;
                } catch (ExecutionException e) {
                    Console.say(what + " went wrong: " + e.getCause());
                    waits = false;
                }
            }
        }
        threads.shutdownNow();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static ExecutorService threads(String what, int count) {
        return Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(work, "allocator-junit: " + what);
            thread.setDaemon(true);
            return thread;
        });
    }
}
