package dev.allocator.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections and says nothing, as QEMU's user network does before the guest listens. */
final class SilentPort implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SilentPort.class);

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final ServerSocket server;
    private final Thread thread;
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();

    /** @param port 0: any that is free */
    SilentPort(int port) throws IOException {
        server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(LOOPBACK, port), 256);
        thread = new Thread(this::accept, "allocator-testkit-silence");
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether a server could listen on a port of the loopback address now. */
    static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(LOOPBACK, port));
            return true;
        } catch (IOException e) {
            LOG.debug("port {} is taken", port, e);
            return false;
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** Lets go of the port; who is connected stays so, in silence. */
    void release() throws IOException, InterruptedException {
        server.close();
        // The port is free once nobody accepts on it any more.
        thread.join();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                accepted.add(server.accept());
            } catch (IOException e) {
                LOG.trace("the silence ended", e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : accepted) {
            socket.close();
        }
    }
}
