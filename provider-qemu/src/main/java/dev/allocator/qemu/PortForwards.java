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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes ports of guests reachable through QEMU's user network. The monitor serves one at a time, so nobody is between. */
final class PortForwards {

    private static final Logger LOG = LoggerFactory.getLogger(PortForwards.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration UNDO = Duration.ofSeconds(3);
    private static final String LOOPBACK = "127.0.0.1";

    private final ProviderContext context;
    private final MachineSearch search;

    PortForwards(ProviderContext context, MachineSearch search) {
        this.context = context;
        this.search = search;
    }

    HostAndPort forward(MachineRef ref, int guestPort) throws ProviderException, InterruptedException {
        Deadline deadline = Deadline.in(PATIENCE);
        try {
            return new HostAndPort(LOOPBACK, add(ref, guestPort, deadline));
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

    private int add(MachineRef ref, int guestPort, Deadline deadline) throws IOException, InterruptedException {
        List<Integer> before = new ArrayList<>();
        boolean begun = false;
        boolean done = false;
        try (Monitor monitor = connect(ref, deadline)) {
            before.addAll(monitor.ports(guestPort, deadline));
            begun = true;
            monitor.addPort(guestPort, deadline);
            List<Integer> added = new ArrayList<>(monitor.ports(guestPort, deadline));
            added.removeAll(before);
            if (added.size() != 1) {
                throw new IOException("QEMU does not say which port it took");
            }
            done = true;
            return added.get(0);
        } finally {
            if (begun && !done) {
                removeOthers(ref, guestPort, before);
            }
        }
    }

    /** Removes what appeared, by another connection: an interrupt closed the one before. It keeps the interrupt. */
    private void removeOthers(MachineRef ref, int guestPort, List<Integer> before) {
        boolean interrupted = Thread.interrupted();
        Deadline deadline = Deadline.in(UNDO);
        try (Monitor monitor = connect(ref, deadline)) {
            for (int port : monitor.ports(guestPort, deadline)) {
                if (!before.contains(port)) {
                    monitor.removePort(port, deadline);
                }
            }
        } catch (IOException e) {
            LOG.debug("what was forwarded to port {} of machine {} may stay so", guestPort, ref.machine(), e);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
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
