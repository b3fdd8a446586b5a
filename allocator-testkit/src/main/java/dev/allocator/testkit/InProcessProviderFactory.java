package dev.allocator.testkit;

import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;

/** The provider type {@code in-process}: machines inside this JVM that live no longer than it. */
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
                .values("plan-fails", "create-fails", "never-ready", "dies", "refuses", "destroy-fails")
                .optional("create-takes", Kind.DURATION, "how long creating it takes")
                .optional("ready-after", Kind.DURATION, "how long its SSH port accepts connections in silence")
                .optional("dies-after", Kind.DURATION, "with fault dies: how long it lives; 0s unless set")
                .optional("refusals", Kind.INTEGER, "how many log-ins it refuses first");
    }

    @Override
    public Provider open(ProviderContext context) {
        return new InProcessProvider(context, host);
    }
}
