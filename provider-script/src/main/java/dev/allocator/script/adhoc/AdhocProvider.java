package dev.allocator.script.adhoc;

import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;

/** One instance of {@code contract: adhoc}. */
public final class AdhocProvider implements Provider {

    /** Over what the engine gives it. */
    public AdhocProvider(ProviderContext context) throws ProviderException {
        throw new ProviderException("not there yet: " + context.instance());
    }

    @Override
    public MachinePlan plan(MachineSpec spec) throws ProviderException {
        throw new ProviderException("not there yet");
    }

    @Override
    public Machine create(MachinePlan plan, CreateContext context) throws ProviderException {
        throw new ProviderException("not there yet");
    }

    @Override
    public void destroy(MachineRef ref) throws ProviderException {
        throw new ProviderException("not there yet");
    }

    @Override
    public MachineHealth check(MachineRef ref) throws ProviderException {
        throw new ProviderException("not there yet");
    }
}
