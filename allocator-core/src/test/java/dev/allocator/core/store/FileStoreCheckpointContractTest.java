package dev.allocator.core.store;

import dev.allocator.spi.Store;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract with a checkpoint after nearly every commit, which reads and watches have to notice. */
class FileStoreCheckpointContractTest extends StoreContract {

    @TempDir
    private Path folder;

    @Override
    protected Store create() {
        return FileStore.open(folder.resolve("state"), FileStoreOptionsFixture.checkpointAt(300));
    }

    @Override
    protected Store again(Store store) {
        return FileStore.open(folder.resolve("state"), FileStoreOptionsFixture.checkpointAt(300));
    }
}
