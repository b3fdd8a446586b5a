package dev.allocator.core.store;

import dev.allocator.spi.Settings;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoreFactory;
import java.nio.file.Path;

/** The contract with a checkpoint after nearly every commit, which reads and watches have to notice. */
class FileStoreCheckpointContractTest extends FileStoreContractTest {

    @Override
    protected StoreFactory factory() {
        return new Checkpointing();
    }

    /** A file store whose journal never grows. */
    static final class Checkpointing implements StoreFactory {

        @Override
        public String type() {
            return "file";
        }

        @Override
        public SettingsSchema settings() {
            return SettingsSchema.empty();
        }

        @Override
        public Store open(Settings settings, Path stateDirectory) {
            FileStoreOptions system = FileStoreOptions.ofSystem();
            return FileStore.open(
                    stateDirectory,
                    new FileStoreOptions(system.clock(), system.boot(), 300, system.writeLimit(), system.closeLimit()));
        }
    }
}
