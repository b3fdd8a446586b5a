package dev.allocator.core.lease;

import dev.allocator.HostAndPort;
import dev.allocator.MachineAccessException;
import dev.allocator.spi.Capability;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ports of a machine that its provider makes reachable from here for one handle. Safe for many threads. */
final class ProviderPorts {

    private static final Logger LOG = LoggerFactory.getLogger(ProviderPorts.class);

    private record Forward(Provider provider, MachineRef machine, HostAndPort address) {}

    private final RecordedMachine machine;
    private final List<Forward> open = new ArrayList<>(); // guarded by this

    /** None yet. */
    ProviderPorts(RecordedMachine machine) {
        this.machine = machine;
    }

    /**
     * Makes a port of the machine reachable until {@link #close}; empty if its provider cannot.
     *
     * @throws MachineAccessException if it can, and that fails
     */
    Optional<HostAndPort> forward(int guestPort) {
        try {
            Provider provider = machine.provider();
            if (!provider.capabilities().contains(Capability.FORWARD)) {
                return Optional.empty();
            }
            MachineRef ref = machine.ref();
            Forward forward = new Forward(provider, ref, provider.forward(ref, guestPort));
            synchronized (this) {
                open.add(forward);
            }
            return Optional.of(forward.address());
        } catch (ProviderException e) {
            throw new MachineAccessException(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MachineAccessException(
                    "interrupted while port " + guestPort + " of machine " + machine.id() + " was being forwarded", e);
        }
    }

    /** Ends all of them; the machine may go on. What fails is logged. */
    void close() {
        boolean interrupted = Thread.interrupted(); // it ends nevertheless
        for (Forward forward : forget()) {
            try {
                forward.provider().unforward(forward.machine(), forward.address());
            } catch (ProviderException | RuntimeException e) {
                LOG.warn(
                        "{} still leads to machine {}: {}",
                        forward.address(),
                        forward.machine().machine(),
                        e instanceof ProviderException ? e.getMessage() : "unexpected " + e);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Forgets those that ended with their machine. */
    synchronized List<Forward> forget() {
        List<Forward> all = List.copyOf(open);
        open.clear();
        return all;
    }
}
