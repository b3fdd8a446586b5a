package dev.allocator.core;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.testkit.FakeTaskRunner;
import java.time.Duration;

/** The engine on a timer that a test drives. */
public final class TimedEngine {

    private TimedEngine() {}

    /** As {@link Allocator#open(AllocatorOptions)}; what the engine does at a time it does when that time comes. */
    public static Allocator open(AllocatorOptions options, FakeTaskRunner timer) {
        return CoreEngine.open(options, Duration.ofSeconds(30), new EngineThreads(timer));
    }
}
