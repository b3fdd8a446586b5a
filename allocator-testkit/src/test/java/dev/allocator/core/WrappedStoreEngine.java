package dev.allocator.core;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.profile.Configuration;
import dev.allocator.core.profile.Plugins;
import dev.allocator.core.store.FileStore;
import dev.allocator.spi.Store;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Opens an allocator over its usual store, with something in between. */
public final class WrappedStoreEngine {

    private WrappedStoreEngine() {}

    /** As {@link CoreEngine} does. */
    public static Allocator open(AllocatorOptions options, UnaryOperator<Store> wrapper) {
        Plugins plugins = Plugins.load(options.classLoader(), options.plugins());
        Configuration configuration = Configuration.load(options, plugins);
        StateLayout layout = StateLayout.of(options);
        Store store = wrapper.apply(FileStore.open(layout.state()));
        return new CoreAllocator(
                options, plugins, configuration, layout, store, true, Duration.ofSeconds(30), new EngineThreads());
    }
}
