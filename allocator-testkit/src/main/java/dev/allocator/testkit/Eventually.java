package dev.allocator.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits for what becomes true in a while. */
final class Eventually {

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Eventually() {}

    /** Something that is asserted. */
    interface Check {
        /** Throws an {@link AssertionError} as long as it is not true. */
        void run() throws Exception;
    }

    /** Tries a check until it passes; its last failure is thrown when the time is over. */
    static void within(Duration limit, Check check) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            @Nullable AssertionError failure = attempt(check);
            if (failure == null) {
                return;
            }
            if (System.nanoTime() - end > 0) {
                throw failure;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    /** Lets that much time pass. */
    static void pause(Duration duration) throws InterruptedException {
        long end = System.nanoTime() + duration.toNanos();
        for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(left);
        }
    }

    private static @Nullable AssertionError attempt(Check check) throws Exception {
        try {
            check.run();
            return null;
        } catch (AssertionError e) {
            return e;
        }
    }
}
