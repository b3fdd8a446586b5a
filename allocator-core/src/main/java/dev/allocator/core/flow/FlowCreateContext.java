package dev.allocator.core.flow;

import dev.allocator.HostAndPort;
import dev.allocator.core.lease.Leases;
import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.Claim;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineRef;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What a provider is given while it creates a machine. */
record FlowCreateContext(
        Deadline deadline,
        Optional<Bootstrap> bootstrap,
        Optional<Claim> claim,
        Optional<Claim> network,
        Leases leases,
        Predicate<HostAndPort> recentlyUsed,
        Consumer<String> listener)
        implements CreateContext {

    @Override
    public void record(MachineRef ref) {
        leases.update(ref.machine(), machine -> machine.with(ref));
    }

    @Override
    public void progress(String message) {
        listener.accept(message);
    }

    @Override
    public boolean usedRecently(HostAndPort address) {
        return recentlyUsed.test(address);
    }
}
