package dev.allocator.core.claim;

import java.time.Duration;
import java.util.function.Consumer;

/** Tells a waiting person something if it is news, or a minute old. */
final class Notice {

    private static final long AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

    private final Consumer<String> listener;
    private String last = "";
    private long told;

    Notice(Consumer<String> listener) {
        this.listener = listener;
    }

    void tell(String message) {
        long now = System.nanoTime();
        if (!message.equals(last) || now - told >= AGAIN_NANOS) {
            last = message;
            told = now;
            listener.accept(message);
        }
    }
}
