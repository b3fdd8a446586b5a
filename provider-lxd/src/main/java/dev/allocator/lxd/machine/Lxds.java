package dev.allocator.lxd.machine;

import dev.allocator.lxd.rest.LxdClient;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The LXDs of this host, by socket: what is configured today may not be what a machine was made by. Thread-safe; a
 * client costs nothing until it is used.
 */
public final class Lxds implements AutoCloseable {

    private final Map<Path, LxdClient> clients = new HashMap<>();
    private boolean closed;

    /** None is asked for yet. */
    public Lxds() {}

    /** The one at a socket, which need not be there; after {@link #close()} one that answers nothing. */
    public synchronized LxdClient at(Path socket) {
        LxdClient client = clients.computeIfAbsent(socket.toAbsolutePath().normalize(), LxdClient::at);
        if (closed) {
            client.close();
        }
        return client;
    }

    /** Ends all connections. */
    @Override
    public synchronized void close() {
        closed = true;
        clients.values().forEach(LxdClient::close);
    }
}
