package dev.allocator.lxd.crash;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.lxd.LxdProviderFactory;
import dev.allocator.lxd.RawLxd;
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
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The LXD provider, with the instants that lie between and within its calls. */
record KillingFactory(Killer killer, Path socket, String project) implements ProviderFactory {

    @Override
    public String type() {
        return "lxd";
    }

    @Override
    public SettingsSchema settings() {
        return new LxdProviderFactory().settings();
    }

    @Override
    public SettingsSchema profileSettings() {
        return new LxdProviderFactory().profileSettings();
    }

    @Override
    public Provider open(ProviderContext context) throws ProviderException {
        return new Killing(new LxdProviderFactory().open(context), killer, new RawLxd(socket), project);
    }

    private record Killing(Provider provider, Killer killer, RawLxd lxd, String project) implements Provider {

        @Override
        public MachinePlan plan(MachineSpec spec) throws ProviderException {
            MachinePlan plan = provider.plan(spec);
            killer.reached(Instant.BEFORE_INTENT);
            return plan;
        }

        @Override
        public Machine create(MachinePlan plan, CreateContext context) throws ProviderException, InterruptedException {
            killer.reached(Instant.AFTER_INTENT);
            killer.reachedOnce(Instant.MADE, () -> isOnlyInstance("Stopped"));
            killer.reachedOnce(Instant.STARTED, () -> isOnlyInstance("Running"));
            Machine machine = provider.create(plan, context);
            killer.reached(Instant.CREATED);
            return machine;
        }

        private boolean isOnlyInstance(String status) {
            JsonNode instances = lxd.get("/1.0/instances?recursion=1&project=" + project);
            return instances.size() == 1
                    && instances.path(0).path("status").asText().equals(status);
        }

        @Override
        public void destroy(MachineRef ref) throws ProviderException {
            killer.reachedOnce(Instant.STOPPING, this::isStopping);
            provider.destroy(ref);
            killer.reached(Instant.GONE_NOT_RECORDED);
        }

        private boolean isStopping() {
            JsonNode operations = lxd.get("/1.0/operations?recursion=1&project=" + project);
            return operations.path("running").findValuesAsText("description").stream()
                    .anyMatch(description -> description.contains("Stopping"));
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
        public ExecResult exec(MachineRef ref, Command command) throws ProviderException, InterruptedException {
            return provider.exec(ref, command);
        }

        @Override
        public void saveLogs(MachineRef ref) throws ProviderException, InterruptedException {
            provider.saveLogs(ref);
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
