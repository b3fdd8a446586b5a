package dev.allocator.qemu.crash;

import dev.allocator.qemu.QemuProviderFactory;
import dev.allocator.spi.Capability;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.FoundMachine;
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
import java.util.List;
import java.util.Set;

/** The QEMU provider, with the instants that lie between its calls. */
record KillingFactory(Killer killer) implements ProviderFactory {

    @Override
    public String type() {
        return "qemu";
    }

    @Override
    public SettingsSchema settings() {
        return new QemuProviderFactory().settings();
    }

    @Override
    public SettingsSchema profileSettings() {
        return new QemuProviderFactory().profileSettings();
    }

    @Override
    public Provider open(ProviderContext context) throws ProviderException {
        return new Killing(new QemuProviderFactory().open(new KillingContext(context, killer)), killer);
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
            provider.destroy(ref);
            killer.reached(Instant.REMOVED_MIDWAY);
        }

        @Override
        public List<FoundMachine> list() throws ProviderException {
            return provider.list();
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
