package dev.allocator.core.store;

import dev.allocator.spi.Settings;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.StoreFactory;
import java.nio.file.Path;

/** Makes a new {@link MemoryStore} each time: type {@code memory}. */
public final class MemoryStoreFactory implements StoreFactory {

    @Override
    public String type() {
        return "memory";
    }

    @Override
    public SettingsSchema settings() {
        return SettingsSchema.empty();
    }

    @Override
    public MemoryStore open(Settings settings, Path stateDirectory) {
        return new MemoryStore();
    }
}
