package com.example.sandbox;

import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;

/** The provider type {@code sandbox}: throw-away copies of this host, which cost nothing until they are changed. */
public final class SandboxProviderFactory implements ProviderFactory {

    @Override
    public String type() {
        return "sandbox";
    }

    @Override
    public SettingsSchema settings() {
        return SettingsSchema.empty();
    }

    @Override
    public SettingsSchema profileSettings() {
        return SettingsSchema.empty().optional("hide", Kind.LIST, "folders that are empty in a sandbox, such as /home");
    }

    @Override
    public Provider open(ProviderContext context) {
        return new SandboxProvider(context);
    }
}
