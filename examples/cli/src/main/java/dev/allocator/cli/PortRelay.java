package dev.allocator.cli;

import dev.allocator.HostAndPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A port of this host's loopback, of a number that the user chose, whose connections go on to another address. */
final class PortRelay implements AutoCloseable {

    private static final int BACKLOG = 64;

    private final ServerSocket server;
    private final HostAndPort target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private PortRelay(ServerSocket server, HostAndPort target) {
        this.server = server;
        this.target = target;
    }

    /**
     * Listens from now on.
     *
     * @param port 0 for a free one
     * @throws CommandFailure if somebody else listens there, or only root may
     */
    static PortRelay start(int port, HostAndPort target) {
        try {
            ServerSocket server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
            PortRelay relay = new PortRelay(server, target);
            relay.daemon("accept", relay::accept);
            return relay;
        } catch (IOException e) {
            throw new CommandFailure("cannot listen on 127.0.0.1:" + port + ": " + e.getMessage());
        }
    }

    HostAndPort address() {
        return new HostAndPort("127.0.0.1", server.getLocalPort());
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket here = server.accept();
                open.add(here);
                daemon("relay", () -> connect(here));
            } catch (IOException e) {
                close(); // it was closed; or no descriptor is left, and then it has to be
            }
        }
    }

    private void connect(Socket here) {
        try {
            Socket there = new Socket(target.host(), target.port());
            open.add(there);
            daemon("relay", () -> copy(there, here));
            copy(here, there);
        } catch (IOException e) {
            end(here); // its client sees that nobody is there
        }
    }

    /** Passes the end of one direction on; the other one may go on. */
    private void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
            if (from.isOutputShutdown()) { // whichever direction ends last sees that
                end(from);
                end(to);
            }
        } catch (IOException e) {
            end(from);
            end(to);
        }
    }

    private void end(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            return; // it is as closed as it gets
        }
    }

    private void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, "allocator-cli-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Set.copyOf(open).forEach(this::end);
        }
    }
}
