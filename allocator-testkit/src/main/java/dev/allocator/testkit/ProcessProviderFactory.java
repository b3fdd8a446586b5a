package dev.allocator.testkit;

import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;

/**
 * The provider type {@code process}: each machine is one sleeping process. It is cheap, outlives the JVM that made it,
 * and can be found and destroyed by any other, so it serves tests of all that has to do with leases and their end, and
 * as the smallest honest example of a provider. Nobody can log in, so its profiles ask for no readiness.
 */
public final class ProcessProviderFactory implements ProviderFactory {

    /** What {@link java.util.ServiceLoader} calls. */
    public ProcessProviderFactory() {}

    @Override
    public String type() {
        return "process";
    }

    @Override
    public SettingsSchema settings() {
        return SettingsSchema.empty();
    }

    @Override
    public SettingsSchema profileSettings() {
        return SettingsSchema.empty()
                .optional("address", Kind.BOOLEAN, "gives each machine an address of its own, where nobody answers");
    }

    @Override
    public Provider open(ProviderContext context) {
        return new ProcessProvider(context);
    }
}
