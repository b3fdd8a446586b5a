package dev.allocator.core.store;

import dev.allocator.spi.StoreFactory;
import dev.allocator.testkit.StoreContract;

class MemoryStoreContractTest extends StoreContract.V1 {

    @Override
    protected StoreFactory factory() {
        return new MemoryStoreFactory();
    }

    @Override
    protected boolean shared() {
        return false;
    }
}
