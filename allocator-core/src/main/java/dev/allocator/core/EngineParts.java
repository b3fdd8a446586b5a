package dev.allocator.core;

import dev.allocator.spi.Store;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * What tests replace in an engine.
 *
 * @param threads what it runs on
 * @param patience how long after its deadline a caller waits for a provider that does not stop
 * @param wrapper put around its store
 */
record EngineParts(EngineThreads threads, Duration patience, UnaryOperator<Store> wrapper) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Those of every real engine. */
    static EngineParts usual() {
        return new EngineParts(new EngineThreads(), PATIENCE, UnaryOperator.identity());
    }

    EngineParts threads(EngineThreads other) {
        return new EngineParts(other, patience, wrapper);
    }

    EngineParts patience(Duration other) {
        return new EngineParts(threads, other, wrapper);
    }

    EngineParts wrapper(UnaryOperator<Store> other) {
        return new EngineParts(threads, patience, other);
    }
}
