package dev.allocator.lxd;

import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The provider type {@code lxd}: containers and virtual machines of a local LXD. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class LxdProviderFactory implements ProviderFactory {

    /** What {@link java.util.ServiceLoader} calls. */
    public LxdProviderFactory() {}

    @Override
    public String type() {
        return "lxd";
    }

    @Override
    public SettingsSchema settings() {
        return SettingsSchema.empty()
                .optional(
                        "socket",
                        Kind.STRING,
                        "LXD's Unix socket; default: LXD_SOCKET, LXD_DIR/unix.socket, the snap's, the distribution's")
                .optional(
                        "project",
                        Kind.STRING,
                        "the LXD project of the machines, made where it is missing; default: spread-adhoc")
                .optional(
                        "remotes",
                        Kind.MAP,
                        "simplestreams servers by name, for images NAME:…, besides ubuntu, ubuntu-daily and images");
    }

    @Override
    public SettingsSchema profileSettings() {
        return SettingsSchema.empty()
                .optional("vm", Kind.BOOLEAN, "a virtual machine (the default) or a container")
                .optional("secure-boot", Kind.BOOLEAN, "whether a virtual machine boots securely; default: false")
                .optional("profiles", Kind.LIST, "LXD's profiles to apply; default: default")
                .optional("pool", Kind.STRING, "the storage pool of the root disk; default: that of the profiles")
                .optional("lxd-network", Kind.STRING, "LXD's network to join; default: that of the profiles")
                .optional("config", Kind.MAP, "configuration keys of the instance, such as security.nesting")
                .optional(
                        "devices",
                        Kind.MAPS,
                        "further devices by name, each with LXD's keys: {gpu: {type: gpu, id: 0}}")
                .optional("user-data", Kind.STRING, "cloud-init user data");
    }

    @Override
    public Provider open(ProviderContext context) throws ProviderException {
        return new LxdProvider(context);
    }
}
