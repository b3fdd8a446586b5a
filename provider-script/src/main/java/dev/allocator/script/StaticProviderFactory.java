package dev.allocator.script;

import dev.allocator.script.fixed.StaticProvider;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The provider type {@code static}: hosts that are already there. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class StaticProviderFactory implements ProviderFactory {

    private static final SettingsSchema HOST = SettingsSchema.empty()
            .required("address", Kind.STRING, "where its SSH server answers: host or host:port")
            .optional("user", Kind.STRING, "who can log in; default: root")
            .optional("password", Kind.SECRET, "the user's password")
            .optional("key", Kind.SECRET, "the file with the user's private key, or the key itself")
            .optional("labels", Kind.MAP, "words that profiles can ask for")
            .optional("cpu", Kind.INTEGER, "processors in all")
            .optional("memory", Kind.SIZE, "memory in all")
            .optional("gpus", Kind.LIST, "its GPUs, a name each")
            .optional("slots", Kind.INTEGER, "how many users it has at most at a time; default: 1")
            .optional("drain", Kind.STRING, "why it gets no new users; who has it keeps it");

    /** What {@link java.util.ServiceLoader} calls. */
    public StaticProviderFactory() {}

    @Override
    public String type() {
        return "static";
    }

    @Override
    public SettingsSchema settings() {
        return SettingsSchema.empty()
                .requiredSections("hosts", HOST, "the hosts by name")
                .optional(
                        "cleanup",
                        Kind.STRING,
                        "a shell line run here when a user is done with a host; if it fails, the host is taken out")
                .optional("kill-timeout", Kind.DURATION, "how long the clean-up may run; default: 15m");
    }

    @Override
    public SettingsSchema profileSettings() {
        return SettingsSchema.empty().optional("gpus", Kind.LIST, "GPUs to have, each as a host names its own");
    }

    @Override
    public Provider open(ProviderContext context) throws ProviderException {
        return new StaticProvider(context);
    }
}
