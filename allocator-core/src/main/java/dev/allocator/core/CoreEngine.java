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
import java.util.List;

/** The engine that {@link Allocator#open()} finds. */
public final class CoreEngine implements AllocatorEngine {

    /** Used by {@link java.util.ServiceLoader}. */
    public CoreEngine() {}

    @Override
    public Allocator open(AllocatorOptions options) {
        return open(options, EngineParts.usual());
    }

    /** The same with parts of a test. */
    static Allocator open(AllocatorOptions options, EngineParts parts) {
        Plugins plugins = Plugins.load(options.classLoader(), options.plugins(), options.pluginFolders());
        Configuration configuration = Configuration.load(options, plugins);
        StateLayout layout = StateLayout.of(options);
        Store store = openStore(configuration, plugins, layout);
        return new CoreAllocator(
                options,
                plugins,
                configuration,
                layout,
                parts.wrapper().apply(store),
                store instanceof FileStore,
                parts);
    }

    private static Store openStore(Configuration configuration, Plugins plugins, StateLayout layout) {
        String type = configuration.store().type();
        StoreFactory factory = plugins.store(type)
                .orElseThrow(() ->
                        new ConfigurationException(List.of(configuration.store().location() + ": no store of type '"
                                + type + "' is " + plugins.places())));
        return factory.open(configuration.store().settings(factory), layout.state());
    }
}
