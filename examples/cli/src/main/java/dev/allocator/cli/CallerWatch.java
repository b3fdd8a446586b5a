package dev.allocator.cli;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Notices within a moment that a caller of this process has ended. */
final class CallerWatch implements AutoCloseable {

    private static final long INTERVAL_MILLIS = 200;

    private final CountDownLatch closed = new CountDownLatch(1);

    private CallerWatch() {}

    /**
     * Starts watching.
     *
     * @param ended takes the first caller that has ended, once, on the watch's thread
     */
    static CallerWatch start(Callers callers, Consumer<String> ended) {
        CallerWatch watch = new CallerWatch();
        if (!callers.isEmpty()) {
            Thread thread = new Thread(() -> watch.run(callers, ended), "allocator-cli-callers");
            thread.setDaemon(true);
            thread.start();
        }
        return watch;
    }

    private void run(Callers callers, Consumer<String> ended) {
        try {
            do {
                Optional<String> caller = callers.ended();
                if (caller.isPresent()) {
                    ended.accept(caller.get());
                    return;
                }
            } while (!closed.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that, and it ends here anyway
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
