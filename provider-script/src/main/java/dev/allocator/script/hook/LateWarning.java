package dev.allocator.script.hook;

import dev.allocator.Durations;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Mentions again and again that something still goes on. */
final class LateWarning implements AutoCloseable {

    private final Duration every;
    private final String what;
    private final Consumer<String> listener;
    private boolean over;

    LateWarning(Duration every, String what, Consumer<String> listener) {
        this.every = every;
        this.what = what;
        this.listener = listener;
        schedule(1);
    }

    private void schedule(int times) {
        Executor later = CompletableFuture.delayedExecutor(every.toMillis(), TimeUnit.MILLISECONDS);
        later.execute(() -> {
            if (mention(times)) {
                schedule(times + 1);
            }
        });
    }

    private synchronized boolean mention(int times) {
        if (!over) {
            listener.accept(what + " still runs after " + Durations.format(every.multipliedBy(times)));
        }
        return !over;
    }

    /** Nothing is mentioned after this returned. */
    @Override
    public synchronized void close() {
        over = true;
    }
}
