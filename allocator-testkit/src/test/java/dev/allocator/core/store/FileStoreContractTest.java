package dev.allocator.core.store;

import dev.allocator.spi.RecordKey;
import dev.allocator.spi.StoreFactory;
import dev.allocator.testkit.StoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class FileStoreContractTest extends StoreContract.V1 {

    @Override
    protected StoreFactory factory() {
        return new FileStoreFactory();
    }

    @Override
    protected boolean damage(RecordKey key) throws IOException {
        Path file = folder().resolve("state/records").resolve(key.kind()).resolve(key.name() + ".json");
        String whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, whole.length() / 2));
        return true;
    }
}
