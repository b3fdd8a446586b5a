/** The consumer API of Allocator and the SPI of its providers and stores. */
module dev.allocator.api {
    requires transitive org.slf4j;
    requires static transitive org.apiguardian.api;
    requires static transitive org.jspecify;

    exports dev.allocator;
    exports dev.allocator.event;
    exports dev.allocator.spi;

    uses dev.allocator.spi.AllocatorEngine;
}
