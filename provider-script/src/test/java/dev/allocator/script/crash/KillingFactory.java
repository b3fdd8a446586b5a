package dev.allocator.script.crash;

import dev.allocator.script.ScriptProviderFactory;
import dev.allocator.spi.Capability;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import java.util.Set;

/** The script provider, with the instants that lie between its calls. */
record KillingFactory(Killer killer, String creating) implements ProviderFactory {

    @Override
    public String type() {
        return "script";
    }

    @Override
    public SettingsSchema settings() {
        return new ScriptProviderFactory().settings();
    }

    @Override
    public SettingsSchema profileSettings() {
        return new ScriptProviderFactory().profileSettings();
    }

    @Override
    public Provider open(ProviderContext context) throws ProviderException {
        return new Killing(new ScriptProviderFactory().open(new KillingContext(context, killer, creating)), killer);
    }

    private record Killing(Provider provider, Killer killer) implements Provider {

        @Override
        public MachinePlan plan(MachineSpec spec) throws ProviderException {
            MachinePlan plan = provider.plan(spec);
            killer.reached(Instant.BEFORE_INTENT);
            return plan;
        }

        @Override
        public Machine create(MachinePlan plan, CreateContext context) throws ProviderException, InterruptedException {
            killer.reached(Instant.AFTER_INTENT);
            Machine machine = provider.create(plan, context);
            killer.reached(Instant.CREATED);
            return machine;
        }

        @Override
        public void destroy(MachineRef ref) throws ProviderException {
            killer.reached(Instant.DISCARD_ASKED);
            provider.destroy(ref);
            killer.reached(Instant.DESTROYED);
        }

        @Override
        public MachineHealth check(MachineRef ref) throws ProviderException {
            return provider.check(ref);
        }

        @Override
        public Set<Capability> capabilities() {
            return provider.capabilities();
        }

        @Override
        public void close() {
            provider.close();
        }
    }
}
