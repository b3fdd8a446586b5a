package dev.allocator.testkit;

import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;

/**
 * The provider type {@code in-process}: machines inside this JVM that live no longer than it. Each is an
 * {@link InProcessSshServer}: users log in with passwords and ed25519 keys, run commands on this host, copy files.
 *
 * <p>Keys of a profile that make a machine slow or faulty:
 *
 * <ul>
 *   <li>{@code create-takes: 5s}: creating it takes that long. A deadline, an interrupt and {@code destroy} end it;
 *   <li>{@code ready-after: 5s}: its SSH port accepts connections for that long before anything answers;
 *   <li>{@code located-after: 5s}: its address is only told that long after its creation;
 *   <li>{@code commands-after: 5s}: from then on the provider runs commands in it, as root in name only; never unless
 *       set;
 *   <li>{@code restart-takes: 5s}: told to restart, its SSH port accepts connections for that long before anything
 *       answers;
 *   <li>{@code refusals: 3}: it refuses so many log-ins first;
 *   <li>{@code destroy-failures: 2}: it cannot be destroyed so many times first;
 *   <li>{@code dies-after: 5s}: with {@code fault: dies}, how long after its creation, at once unless set. It dies
 *       before it is ready if {@code ready-after} is longer, else as a machine in use;
 *   <li>{@code fault:} one of
 *       <ul>
 *         <li>{@code plan-fails}, {@code create-fails}: there is no machine;
 *         <li>{@code never-ready}: its SSH port accepts connections and nothing ever answers;
 *         <li>{@code dies}: see {@code dies-after};
 *         <li>{@code plants-nothing}: its image ignores the keys that are to be planted;
 *         <li>{@code refuses}: it refuses all log-ins;
 *         <li>{@code destroy-fails}: it cannot be destroyed until {@link InProcessMachine#repair()};
 *         <li>{@code dies-at-restart}: it dies when it is told to restart;
 *         <li>{@code stays-down}: told to restart, its SSH port accepts connections and nothing ever answers.
 *       </ul>
 * </ul>
 *
 * <p>A test can also make a machine {@linkplain InProcessMachine#die die}, and look at its
 * {@linkplain InProcessMachine#accounts accounts}, through the {@link InProcessHost} that it gave the factory.
 */
public final class InProcessProviderFactory implements ProviderFactory {

    private final InProcessHost host;

    /** With a host of its own; what {@link java.util.ServiceLoader} calls. */
    public InProcessProviderFactory() {
        this(new InProcessHost());
    }

    /** With a host that others may share. */
    public InProcessProviderFactory(InProcessHost host) {
        this.host = host;
    }

    /** Where the machines live. */
    public InProcessHost host() {
        return host;
    }

    @Override
    public String type() {
        return "in-process";
    }

    @Override
    public SettingsSchema settings() {
        return SettingsSchema.empty();
    }

    @Override
    public SettingsSchema profileSettings() {
        return SettingsSchema.empty()
                .optional("fault", Kind.STRING, "what goes wrong with the machine")
                .values(
                        "plan-fails",
                        "create-fails",
                        "never-ready",
                        "dies",
                        "plants-nothing",
                        "refuses",
                        "destroy-fails",
                        "dies-at-restart",
                        "stays-down")
                .optional("create-takes", Kind.DURATION, "how long creating it takes")
                .optional("ready-after", Kind.DURATION, "how long its SSH port accepts connections in silence")
                .optional("located-after", Kind.DURATION, "how long after its creation its address is told")
                .optional("commands-after", Kind.DURATION, "when its provider can run commands in it; never unless set")
                .optional("restart-takes", Kind.DURATION, "how long nothing answers after it was told to restart")
                .optional("dies-after", Kind.DURATION, "with fault dies: how long it lives; 0s unless set")
                .optional("refusals", Kind.INTEGER, "how many log-ins it refuses first")
                .optional("destroy-failures", Kind.INTEGER, "how many times it cannot be destroyed first");
    }

    @Override
    public Provider open(ProviderContext context) {
        return new InProcessProvider(context, host);
    }
}
