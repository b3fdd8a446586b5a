import dev.allocator.qemu.QemuProviderFactory;
import dev.allocator.spi.ProviderFactory;

/** The provider of QEMU virtual machines. */
module dev.allocator.qemu {
    requires transitive dev.allocator.api;
    requires com.fasterxml.jackson.core;
    requires java.net.http;

    exports dev.allocator.qemu;

    provides ProviderFactory with
            QemuProviderFactory;
}
