/** The engine of Allocator, found by {@link java.util.ServiceLoader}. */
module dev.allocator.core {
    requires dev.allocator.api;
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires org.yaml.snakeyaml;
    requires com.jcraft.jsch;
    requires static org.apiguardian.api;
    requires static org.jspecify;

    exports dev.allocator.core.config to
            dev.allocator.testkit;
    exports dev.allocator.core.machine to
            dev.allocator.testkit;
    exports dev.allocator.core.process to
            dev.allocator.testkit;
    exports dev.allocator.core.profile to
            dev.allocator.testkit;
    exports dev.allocator.core.readiness to
            dev.allocator.testkit;
    exports dev.allocator.core.ssh to
            dev.allocator.testkit;

    uses dev.allocator.spi.ProviderFactory;
    uses dev.allocator.spi.StoreFactory;
    uses dev.allocator.spi.ProfileSource;

    provides dev.allocator.spi.AllocatorEngine with
            dev.allocator.core.CoreEngine;
    provides dev.allocator.spi.StoreFactory with
            dev.allocator.core.store.FileStoreFactory,
            dev.allocator.core.store.MemoryStoreFactory;
}
