package dev.allocator.core.store;

import dev.allocator.spi.Store;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileStoreContractTest extends StoreContract {

    @TempDir
    private Path folder;

    @Override
    protected Store create() {
        return FileStore.open(folder.resolve("state"));
    }

    @Override
    protected Store again(Store store) {
        return FileStore.open(folder.resolve("state"));
    }
}
