package dev.allocator.testkit;

import dev.allocator.HostAndPort;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes connections to a port of this host on to another address. */
final class PortRelay implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(PortRelay.class);

    private final HostAndPort target;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    PortRelay(HostAndPort target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /** Where it listens. */
    HostAndPort address() {
        return new HostAndPort("127.0.0.1", server.getLocalPort());
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                start(() -> serve(client));
            } catch (IOException e) {
                LOG.trace("the relay to {} was closed", target, e);
            }
        }
    }

    /** As if the guest's own kernel had refused, where nobody listens. */
    private void serve(Socket client) {
        try (client;
                Socket service = new Socket(target.host(), target.port())) {
            open.add(service);
            Thread back = start(() -> copy(service, client));
            copy(client, service);
            back.join();
            open.remove(service);
        } catch (IOException e) {
            LOG.trace("a connection to {} broke", target, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            LOG.trace("a forwarded connection ended", e);
        }
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "allocator-testkit-forward");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Ends also its connections. */
    @Override
    public void close() {
        close(server);
        open.forEach(PortRelay::close);
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.trace("closing a socket", e);
        }
    }
}
