package dev.allocator.qemu;

import dev.allocator.HostAndPort;
import dev.allocator.spi.Deadline;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles on the one port of the host that leads to a guest's SSH server. The kernel may give QEMU a port that somebody
 * still takes for another machine's; then QEMU binds more of them, and keeps the old ones meanwhile, so that it gets
 * others. Whoever is killed in between leaves several, and whoever finds the machine then goes on from there.
 */
final class SshForward {

    private static final Logger LOG = LoggerFactory.getLogger(SshForward.class);

    /** With half of the usual 28 000 ports in use lately, this fails once in a thousand times. */
    private static final int MOST_PORTS = 10;

    private SshForward() {}

    /**
     * The address, after which no other one leads to the guest.
     *
     * @param usedRecently which addresses to avoid if that is possible
     */
    static HostAndPort settle(Monitor monitor, Predicate<HostAndPort> usedRecently, Deadline deadline)
            throws IOException, InterruptedException {
        List<Integer> ports = monitor.sshPorts(deadline);
        Optional<Integer> unused = unused(ports, usedRecently);
        while (unused.isEmpty() && ports.size() < MOST_PORTS) {
            monitor.addSshPort(deadline);
            ports = monitor.sshPorts(deadline);
            unused = unused(ports, usedRecently);
        }
        int chosen = unused.orElse(ports.get(0));
        if (unused.isEmpty()) {
            LOG.warn("port {} was another machine's within a day, as were {} more", chosen, ports.size() - 1);
        }
        for (int port : ports) {
            if (port != chosen) {
                monitor.removeSshPort(port, deadline);
            }
        }
        return address(chosen);
    }

    private static Optional<Integer> unused(List<Integer> ports, Predicate<HostAndPort> usedRecently) {
        return ports.stream().filter(port -> !usedRecently.test(address(port))).findFirst();
    }

    private static HostAndPort address(int port) {
        return new HostAndPort("127.0.0.1", port);
    }
}
