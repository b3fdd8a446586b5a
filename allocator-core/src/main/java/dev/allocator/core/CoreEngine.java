package dev.allocator.core;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.ConfigurationException;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.profile.Configuration;
import dev.allocator.core.profile.Plugins;
import dev.allocator.core.store.FileStore;
import dev.allocator.spi.AllocatorEngine;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoreFactory;
import java.time.Duration;
import java.util.List;

/** The engine that {@link Allocator#open()} finds. */
public final class CoreEngine implements AllocatorEngine {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Used by {@link java.util.ServiceLoader}. */
    public CoreEngine() {}

    @Override
    public Allocator open(AllocatorOptions options) {
        return open(options, PATIENCE, new EngineThreads());
    }

    /**
     * As above, for tests.
     *
     * @param patience how long after its deadline a caller waits for a provider that does not stop
     * @param threads where the work is done
     */
    static Allocator open(AllocatorOptions options, Duration patience, EngineThreads threads) {
        Plugins plugins = Plugins.load(options.classLoader(), options.plugins());
        Configuration configuration = Configuration.load(options, plugins);
        StateLayout layout = StateLayout.of(options);
        Store store = openStore(configuration, plugins, layout);
        return new CoreAllocator(
                options, plugins, configuration, layout, store, store instanceof FileStore, patience, threads);
    }

    private static Store openStore(Configuration configuration, Plugins plugins, StateLayout layout) {
        String type = configuration.store().type();
        StoreFactory factory = plugins.store(type)
                .orElseThrow(() -> new ConfigurationException(List.of(
                        configuration.store().location() + ": no store of type '" + type + "' is on the class path")));
        return factory.open(configuration.store().settings(factory), layout.state());
    }
}
