package dev.allocator.core.store;

import dev.allocator.spi.Store;

class MemoryStoreTest extends StoreContract {

    @Override
    protected Store create() {
        return new MemoryStore();
    }

    @Override
    protected Store again(Store store) {
        return store;
    }
}
