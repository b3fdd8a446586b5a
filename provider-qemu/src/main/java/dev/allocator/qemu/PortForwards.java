package dev.allocator.qemu;

import dev.allocator.HostAndPort;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Makes ports of guests reachable through QEMU's user network. The monitor serves one at a time, so nobody is between. */
final class PortForwards {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String LOOPBACK = "127.0.0.1";

    private final ProviderContext context;
    private final MachineSearch search;

    PortForwards(ProviderContext context, MachineSearch search) {
        this.context = context;
        this.search = search;
    }

    HostAndPort forward(MachineRef ref, int guestPort) throws ProviderException, InterruptedException {
        Deadline deadline = Deadline.in(PATIENCE);
        try (Monitor monitor = connect(ref, deadline)) {
            List<Integer> before = monitor.ports(guestPort, deadline);
            monitor.addPort(guestPort, deadline);
            List<Integer> added = new ArrayList<>(monitor.ports(guestPort, deadline));
            added.removeAll(before);
            if (added.size() != 1) {
                throw new IOException("QEMU does not say which port it took");
            }
            return new HostAndPort(LOOPBACK, added.get(0));
        } catch (IOException e) {
            requireNotInterrupted();
            MachineHealth health = search.check(ref);
            boolean runs = health.state() == MachineHealth.State.RUNNING;
            throw new ProviderException(
                    runs ? Kind.RETRYABLE : Kind.FINAL,
                    "cannot forward port " + guestPort + " of machine " + ref.machine() + ": "
                            + (runs ? e.getMessage() : health.message()),
                    e);
        }
    }

    void unforward(MachineRef ref, HostAndPort address) throws ProviderException, InterruptedException {
        Deadline deadline = Deadline.in(PATIENCE);
        try (Monitor monitor = connect(ref, deadline)) {
            monitor.removePort(address.port(), deadline);
        } catch (IOException e) {
            requireNotInterrupted();
            if (search.check(ref).state() == MachineHealth.State.RUNNING) {
                throw new ProviderException(
                        Kind.RETRYABLE,
                        "cannot stop forwarding " + address + " to machine " + ref.machine() + ": " + e.getMessage(),
                        e);
            }
        }
    }

    private Monitor connect(MachineRef ref, Deadline deadline) throws IOException, InterruptedException {
        return Monitor.connect(MachineFolder.of(ref, context).monitor(), ref.machine(), deadline);
    }

    /** An interrupt also shows as a channel that was closed. */
    private static void requireNotInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
