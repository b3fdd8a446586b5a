package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.LeaseId;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits until the user ends the program, or the lease is over that it is about. */
final class Waiting {

    private static final long INTERVAL_MILLIS = 1000;

    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * Prepares for the end.
     *
     * @param last is done before the process ends by a signal
     */
    Waiting(ProcessEnd processEnd, Runnable last) {
        processEnd.whenEnding(() -> {
            ended.countDown();
            last.run();
        });
    }

    /** Returns once the lease is over, which is true then, or the process ends. */
    boolean whileLasting(Allocator allocator, LeaseId lease) throws InterruptedException {
        while (!pause(INTERVAL_MILLIS)) {
            if (allocator.lease(lease).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Lets some time pass; whether the process ends. */
    boolean pause(long millis) throws InterruptedException {
        return ended.await(millis, TimeUnit.MILLISECONDS);
    }
}
