package dev.allocator.lxd.machine;

import dev.allocator.lxd.rest.LxdClient;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The LXDs of this host, by socket: what is configured today may not be what a machine was made by. Thread-safe; a
 * client costs nothing until it is used.
 */
public final class Lxds implements AutoCloseable {

    private final Map<Path, LxdClient> clients = new HashMap<>();
    private final Function<Path, LxdClient> connect;
    private boolean closed;

    /** None is asked for yet. */
    public Lxds() {
        this(LxdClient::at);
    }

    Lxds(Function<Path, LxdClient> connect) {
        this.connect = connect;
    }

    /** The one at a socket, which need not be there; after {@link #close()} one that answers nothing. */
    public synchronized LxdClient at(Path socket) {
        LxdClient client = clients.computeIfAbsent(socket.toAbsolutePath().normalize(), connect);
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
