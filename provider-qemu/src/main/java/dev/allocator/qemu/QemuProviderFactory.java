package dev.allocator.qemu;

import dev.allocator.Profile;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import java.util.List;
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
                .optional("image-dir", Kind.LIST, "folders of images NAME.img or NAME.qcow2; default: ~/.spread/qemu")
                .optional("mirrors", Kind.MAP, "what addresses of images begin with, and what to use instead")
                .optional(
                        "min-free", Kind.SIZE, "what must stay free on the disks of images and machines; default: 1GiB")
                .optional(
                        HostMemory.KEY,
                        Kind.STRING,
                        "what its machines together may have of the host's memory: a size, or a percentage; default: 75%")
                .optional(
                        BootSlots.KEY,
                        Kind.INTEGER,
                        "how many emulated machines boot at the same time; default: the host's processors"));
    }

    @Override
    public SettingsSchema profileSettings() {
        return common(SettingsSchema.empty())
                .optional("image-digest", Kind.STRING, "sha256:HEX or sha512:HEX of the image; needed with a URL")
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
    public List<Profile> profiles() {
        return BuiltIn.profiles();
    }

    @Override
    public Provider open(ProviderContext context) {
        return new QemuProvider(context);
    }
}
