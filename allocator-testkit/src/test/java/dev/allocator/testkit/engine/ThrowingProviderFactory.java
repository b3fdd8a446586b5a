package dev.allocator.testkit.engine;

import dev.allocator.Phase;
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
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The provider type {@code throwing}: fails in one phase, with anything. */
final class ThrowingProviderFactory implements ProviderFactory {

    private final Phase phase;
    private final Throwable thrown;
    private final AtomicInteger destroyed = new AtomicInteger();

    ThrowingProviderFactory(Phase phase, Throwable thrown) {
        this.phase = phase;
        this.thrown = thrown;
    }

    /** How many machines were destroyed. */
    int destroyed() {
        return destroyed.get();
    }

    @Override
    public String type() {
        return "throwing";
    }

    @Override
    public SettingsSchema settings() {
        return SettingsSchema.empty();
    }

    @Override
    public SettingsSchema profileSettings() {
        return SettingsSchema.empty();
    }

    private void fail(Phase in) throws ProviderException {
        if (in != phase) {
            return;
        }
        if (thrown instanceof ProviderException known) {
            throw known;
        }
        if (thrown instanceof RuntimeException bug) {
            throw bug;
        }
        throw (Error) thrown;
    }

    @Override
    public Provider open(ProviderContext context) {
        return new Provider() {
            @Override
            public MachinePlan plan(MachineSpec spec) throws ProviderException {
                fail(Phase.PLAN);
                return new MachinePlan(
                        spec, new MachineRef(context.instance(), spec.id(), Map.of()), Map.of(), "a machine");
            }

            @Override
            public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException {
                fail(Phase.CREATE);
                throw new ProviderException("not reached");
            }

            @Override
            public void destroy(MachineRef ref) {
                destroyed.incrementAndGet();
            }

            @Override
            public MachineHealth check(MachineRef ref) {
                return new MachineHealth(MachineHealth.State.GONE, "it never was");
            }
        };
    }
}
