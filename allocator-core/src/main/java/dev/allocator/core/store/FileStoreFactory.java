package dev.allocator.core.store;

import dev.allocator.spi.Settings;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.StoreFactory;
import java.nio.file.Path;

/** Opens the {@link FileStore} in the state directory: type {@code file}. */
public final class FileStoreFactory implements StoreFactory {

    @Override
    public String type() {
        return "file";
    }

    @Override
    public SettingsSchema settings() {
        return SettingsSchema.empty();
    }

    @Override
    public FileStore open(Settings settings, Path stateDirectory) {
        return FileStore.open(stateDirectory);
    }
}
