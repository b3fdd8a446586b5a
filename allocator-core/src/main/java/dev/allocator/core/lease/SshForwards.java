package dev.allocator.core.lease;

import dev.allocator.MachineAccessException;
import dev.allocator.core.ssh.SshConnection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ports that are forwarded over a machine's SSH connection, which may break and be opened anew. */
final class SshForwards {

    private static final Logger LOG = LoggerFactory.getLogger(SshForwards.class);

    /** Ports of the machine by those of this host. */
    private final Map<Integer, Integer> ports = new LinkedHashMap<>();

    /** Forwards one more port and returns this host's. */
    synchronized int add(SshConnection connection, int guestPort) {
        int port = connection.forward(guestPort, 0);
        ports.put(port, guestPort);
        return port;
    }

    /** Forwards the same ports over a new connection. */
    synchronized void restore(SshConnection connection) {
        ports.forEach((port, guestPort) -> {
            try {
                connection.forward(guestPort, port);
            } catch (MachineAccessException e) { // another program may have got the port meanwhile
                LOG.warn("port {} of this host is not forwarded any more: {}", port, e.getMessage());
            }
        });
    }

    /** Whether there are any. */
    synchronized boolean any() {
        return !ports.isEmpty();
    }

    /** Forwards none any more with the next connection. */
    synchronized void forget() {
        ports.clear();
    }
}
