package dev.allocator.qemu;

import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The provider type {@code qemu}: local QEMU virtual machines. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class QemuProviderFactory implements ProviderFactory {

    /** What {@link java.util.ServiceLoader} calls. */
    public QemuProviderFactory() {}

    @Override
    public String type() {
        return "qemu";
    }

    @Override
    public SettingsSchema settings() {
        return common(SettingsSchema.empty()
                .optional("binary", Kind.STRING, "the QEMU to run; default: qemu-system-ARCH in PATH")
                .optional("image-dir", Kind.LIST, "folders of images NAME.img or NAME.qcow2; default: ~/.spread/qemu"));
    }

    @Override
    public SettingsSchema profileSettings() {
        return common(SettingsSchema.empty())
                .optional("firmware", Kind.STRING, "bios, or uefi; default: bios where there is one")
                .values("bios", "uefi");
    }

    private static SettingsSchema common(SettingsSchema schema) {
        return schema.optional("accel", Kind.STRING, "kvm, tcg (emulation), or auto: kvm if it proves to work")
                .values("auto", "kvm", "tcg")
                .optional(
                        "host-access", Kind.STRING, "whether machines reach this host, and the internet: allow or deny")
                .values("allow", "deny");
    }

    @Override
    public Provider open(ProviderContext context) {
        return new QemuProvider(context);
    }
}
