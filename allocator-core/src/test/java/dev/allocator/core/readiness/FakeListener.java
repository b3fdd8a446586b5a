package dev.allocator.core.readiness;

import dev.allocator.HostAndPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** A server that counts its connections and says to each what a test wants; one thread, ends before beginnings. */
final class FakeListener implements AutoCloseable {

    /** Says nothing. */
    static final String SILENCE = "";

    final AtomicInteger accepted = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger mostOpen = new AtomicInteger();
    private final Selector selector = Selector.open();
    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final IntFunction<String> greeting;
    private final Set<SocketChannel> channels = new HashSet<>();
    private final Thread thread = new Thread(this::run, "fake-listener");

    /** @param greeting what to say to connection 1, 2, …; a last character {@code \0} closes it then */
    FakeListener(IntFunction<String> greeting) throws IOException {
        this.greeting = greeting;
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        thread.setDaemon(true);
        thread.start();
    }

    HostAndPort address() {
        return new HostAndPort("127.0.0.1", server.socket().getLocalPort());
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select();
                List<SelectionKey> keys = new ArrayList<>(selector.selectedKeys());
                selector.selectedKeys().clear();
                for (SelectionKey key : keys) {
                    if (key.isValid() && key.isReadable()) {
                        read((SocketChannel) key.channel());
                    }
                }
                for (SelectionKey key : keys) {
                    if (key.isValid() && key.isAcceptable()) {
                        accept();
                    }
                }
            }
        } catch (ClosedSelectorException e) {
            // The test is over.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(SocketChannel channel) throws IOException {
        int length;
        try {
            length = channel.read(ByteBuffer.allocate(1024));
        } catch (IOException e) {
            length = -1;
        }
        if (length < 0) {
            end(channel);
        }
    }

    private void end(SocketChannel channel) throws IOException {
        channel.close();
        if (channels.remove(channel)) {
            open.decrementAndGet();
        }
    }

    private void accept() throws IOException {
        // One at a time, so that an end that came before the next beginning is seen before it.
        SocketChannel channel = server.accept();
        if (channel == null) {
            return;
        }
        channel.configureBlocking(false);
        channels.add(channel);
        int number = accepted.incrementAndGet();
        mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        channel.register(selector, SelectionKey.OP_READ);
        String text = greeting.apply(number);
        channel.write(ByteBuffer.wrap(text.replace("\0", "").getBytes(StandardCharsets.ISO_8859_1)));
        if (text.endsWith("\0")) {
            end(channel);
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.close();
        for (SocketChannel channel : channels.toArray(SocketChannel[]::new)) {
            channel.close();
        }
    }
}
