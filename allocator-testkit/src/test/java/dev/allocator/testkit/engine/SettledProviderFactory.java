package dev.allocator.testkit.engine;

import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import dev.allocator.testkit.InProcessHost;
import dev.allocator.testkit.InProcessProviderFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The provider type {@code settled}: as {@code in-process}, with settings. */
final class SettledProviderFactory implements ProviderFactory {

    private final InProcessProviderFactory machines;
    private final Map<String, String> regions = new ConcurrentHashMap<>();

    SettledProviderFactory(InProcessHost host) {
        machines = new InProcessProviderFactory(host);
    }

    /** What each opened instance was set to. */
    Map<String, String> regions() {
        return regions;
    }

    @Override
    public String type() {
        return "settled";
    }

    @Override
    public SettingsSchema settings() {
        return SettingsSchema.empty().optional("region", Kind.STRING, "where").optional("token", Kind.SECRET, "who");
    }

    @Override
    public SettingsSchema profileSettings() {
        return machines.profileSettings();
    }

    @Override
    public Provider open(ProviderContext context) throws ProviderException {
        regions.put(context.instance(), context.settings().string("region").orElse(""));
        return machines.open(context);
    }
}
