package dev.allocator.testkit.crash;

import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.spi.Capability;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import dev.allocator.testkit.ForwardingCreateContext;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/** A provider each of whose calls is a step, and which records an addition to the ref midway. */
record SteppingProvider(Provider provider, Steps steps) implements Provider {

    private <T> T step(String name, Callable<T> action) throws ProviderException, InterruptedException {
        try {
            return steps.step(name, action);
        } catch (ProviderException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private <T> T stepUninterrupted(String name, Callable<T> action) throws ProviderException {
        try {
            return step(name, action);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public MachinePlan plan(MachineSpec spec) throws ProviderException {
        return stepUninterrupted("plan", () -> provider.plan(spec));
    }

    @Override
    public Machine create(MachinePlan plan, CreateContext context) throws ProviderException, InterruptedException {
        return step("create", () -> {
            CreateContext stepping = new SteppingCreate(context);
            stepping.record(plan.ref().with("addition", "midway"));
            return provider.create(plan, stepping);
        });
    }

    @Override
    public void destroy(MachineRef ref) throws ProviderException {
        stepUninterrupted("destroy", () -> {
            provider.destroy(ref);
            return ref;
        });
    }

    @Override
    public List<FoundMachine> list() throws ProviderException {
        return stepUninterrupted("list", provider::list);
    }

    @Override
    public MachineHealth check(MachineRef ref) throws ProviderException {
        return stepUninterrupted("check", () -> provider.check(ref));
    }

    @Override
    public ExecResult exec(MachineRef ref, Command command) throws ProviderException, InterruptedException {
        return step("run " + GuestProvider.script(command), () -> provider.exec(ref, command));
    }

    @Override
    public void saveLogs(MachineRef ref) throws ProviderException, InterruptedException {
        step("save logs", () -> {
            provider.saveLogs(ref);
            return ref;
        });
    }

    @Override
    public Set<Capability> capabilities() {
        return provider.capabilities();
    }

    @Override
    public void close() {
        provider.close();
    }

    private final class SteppingCreate extends ForwardingCreateContext {

        SteppingCreate(CreateContext given) {
            super(given);
        }

        @Override
        public void record(MachineRef ref) {
            try {
                step("record the ref", () -> {
                    super.record(ref);
                    return ref;
                });
            } catch (ProviderException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
