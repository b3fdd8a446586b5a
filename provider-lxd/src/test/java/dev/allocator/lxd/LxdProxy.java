package dev.allocator.lxd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Stands before LXD's socket and passes everything on, until it is told to be a daemon that is away, slow or just being
 * restarted. Thread-safe.
 */
public final class LxdProxy implements AutoCloseable {

    private final Path lxd;
    private final Path folder;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "lxd-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private ServerSocketChannel server;
    private volatile Duration delay = Duration.ZERO;

    private LxdProxy(Path lxd) throws IOException {
        this.lxd = lxd;
        this.folder = Files.createTempDirectory("lxd"); // short: the path of a socket has at most 107 characters
        this.server = listen();
    }

    /** Starts one before LXD's socket. */
    public static LxdProxy before(Path lxd) throws IOException {
        return new LxdProxy(lxd);
    }

    /** What to connect to. */
    public Path socket() {
        return folder.resolve("unix.socket");
    }

    /** How each request began that a client sent as the first of a connection, such as {@code GET /1.0}, in order. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Breaks all connections; new ones are taken. */
    public void cut() throws IOException {
        for (SocketChannel channel : open) {
            channel.close();
        }
        open.clear();
    }

    /** Breaks all connections and refuses new ones; the socket stays, as it does after a daemon was killed. */
    public synchronized void refuse() throws IOException {
        server.close();
        cut();
    }

    /** The same, and there is no socket any more. */
    public synchronized void vanish() throws IOException {
        refuse();
        Files.deleteIfExists(socket());
    }

    /** Takes connections again. */
    public synchronized void comeBack() throws IOException {
        Files.deleteIfExists(socket());
        server = listen();
    }

    /** Passes all that LXD says from now on only after that long. */
    public void delay(Duration delay) {
        this.delay = delay;
    }

    private ServerSocketChannel listen() throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(socket()));
        threads.execute(() -> accept(channel));
        return channel;
    }

    private void accept(ServerSocketChannel from) {
        try {
            while (true) {
                SocketChannel client = from.accept();
                SocketChannel daemon = SocketChannel.open(UnixDomainSocketAddress.of(lxd));
                open.addAll(List.of(client, daemon));
                threads.execute(() -> pass(client, daemon, true));
                threads.execute(() -> pass(daemon, client, false));
            }
        } catch (IOException e) {
            return; // it refuses, or was closed
        }
    }

    private void pass(SocketChannel from, SocketChannel to, boolean asks) {
        ByteBuffer buffer = ByteBuffer.allocate(16_384);
        boolean first = asks;
        try (from;
                to) {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                if (first) {
                    String text = new String(buffer.array(), 0, buffer.limit(), StandardCharsets.US_ASCII);
                    requests.add(text.split(" HTTP", 2)[0]);
                    first = false;
                }
                if (!asks && !delay.isZero() && closed.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException | InterruptedException e) {
            return; // one side has gone, and both are closed
        } finally {
            open.removeAll(List.of(from, to));
        }
    }

    @Override
    public void close() {
        try {
            closed.countDown();
            vanish();
            threads.shutdownNow();
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
