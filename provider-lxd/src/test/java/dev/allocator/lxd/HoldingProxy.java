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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Stands before LXD's socket, passes everything on, and keeps the answer to the first request that begins in a certain
 * way to itself for ever. Thread-safe.
 */
public final class HoldingProxy implements AutoCloseable {

    private final ServerSocketChannel server;
    private final Path folder;
    private final Path lxd;
    private final String held;
    private final CountDownLatch holding = new CountDownLatch(1);
    private final List<SocketChannel> open = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private HoldingProxy(Path lxd, String held) throws IOException {
        this.lxd = lxd;
        this.held = held;
        this.folder = Files.createTempDirectory("lxd"); // short: the path of a socket has at most 107 characters
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket()));
        threads.execute(this::accept);
    }

    /**
     * Starts one before LXD's socket.
     *
     * @param request how the request begins whose answer is kept back, such as {@code POST /1.0/instances?}
     */
    public static HoldingProxy before(Path lxd, String request) throws IOException {
        return new HoldingProxy(lxd, request);
    }

    /** What to connect to. */
    public Path socket() {
        return folder.resolve("unix.socket");
    }

    /** Waits until LXD has answered the request, which nobody is told. */
    public void awaitHeld() throws InterruptedException {
        if (!holding.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody sent " + held);
        }
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                SocketChannel daemon = SocketChannel.open(UnixDomainSocketAddress.of(lxd));
                open.addAll(List.of(client, daemon));
                boolean[] holds = new boolean[1];
                threads.execute(() -> pass(client, daemon, start -> {
                    holds[0] |= holding.getCount() > 0 && start.startsWith(held);
                    return true;
                }));
                threads.execute(() -> pass(daemon, client, start -> {
                    if (holds[0]) {
                        holding.countDown();
                    }
                    return !holds[0];
                }));
            }
        } catch (IOException e) {
            closeAll(); // it was closed
        }
    }

    private interface Look {
        boolean passes(String start);
    }

    private static void pass(SocketChannel from, SocketChannel to, Look look) {
        ByteBuffer buffer = ByteBuffer.allocate(16_384);
        try (from;
                to) {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                String start = new String(buffer.array(), 0, Math.min(64, buffer.limit()), StandardCharsets.US_ASCII);
                boolean passes = look.passes(start);
                while (passes && buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException e) {
            return; // one side has gone, and both are closed
        }
    }

    private void closeAll() {
        for (SocketChannel channel : open) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        closeAll();
        threads.shutdownNow();
        Files.deleteIfExists(socket());
        Files.delete(folder);
    }
}
