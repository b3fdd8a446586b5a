package dev.allocator.testkit.crash;

import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;

/** A provider type, its machines with guests, each of whose calls, and each process that it starts, is a step. */
record SteppingProviderFactory(ProviderFactory factory, Steps steps) implements ProviderFactory {

    @Override
    public String type() {
        return factory.type();
    }

    @Override
    public SettingsSchema settings() {
        return factory.settings();
    }

    @Override
    public SettingsSchema profileSettings() {
        return factory.profileSettings();
    }

    @Override
    public Provider open(ProviderContext context) throws ProviderException {
        return new SteppingProvider(new GuestProvider(factory.open(new SteppingContext(context, steps))), steps);
    }
}
