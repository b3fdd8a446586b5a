package dev.allocator.script.adhoc;

import dev.allocator.HostAndPort;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachineHealth.State;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;

/** Looks at a machine that nobody can be asked about: whether its host answers at all. */
final class AddressCheck {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private AddressCheck() {}

    /**
     * Connects once.
     *
     * @throws IOException if the host does not answer, which says nothing
     */
    static MachineHealth look(HostAndPort address) throws IOException {
        String made = "its allocate script succeeded and nobody discarded it; ";
        InetSocketAddress target = new InetSocketAddress(address.host(), address.port());
        if (target.isUnresolved()) {
            throw new UnknownHostException("the host of " + address + " is not known");
        }
        try (Socket socket = new Socket()) {
            socket.connect(target, Math.toIntExact(LIMIT.toMillis()));
            return new MachineHealth(State.RUNNING, made + address + " accepts connections");
        } catch (ConnectException e) {
            if (String.valueOf(e.getMessage()).contains("refused")) {
                return new MachineHealth(State.RUNNING, made + "nothing listens at " + address + ", so it may be down");
            }
            throw new IOException(address + " does not answer: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException(address + " does not answer: " + e.getMessage(), e);
        }
    }
}
