package dev.allocator.core.readiness;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection that waits for a banner. Used by the prober's thread only. */
final class Attempt {

    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    private final Probe probe;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final long opened;
    private final Banner banner = new Banner();

    private Attempt(Probe probe, SocketChannel channel, SelectionKey key, long opened) {
        this.probe = probe;
        this.channel = channel;
        this.key = key;
        this.opened = opened;
        key.attach(this);
    }

    static Attempt open(Probe probe, InetSocketAddress address, Selector selector, long now) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            boolean connected = channel.connect(address);
            int interest = connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT;
            return new Attempt(probe, channel, channel.register(selector, interest), now);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    Probe probe() {
        return probe;
    }

    /** When it was opened, in nanoseconds. */
    long opened() {
        return opened;
    }

    Banner banner() {
        return banner;
    }

    SocketChannel channel() {
        return channel;
    }

    /** Goes on with what the selector says is possible. */
    Banner.State proceed(ByteBuffer buffer) throws IOException {
        if (key.isConnectable()) {
            channel.finishConnect();
            key.interestOps(SelectionKey.OP_READ);
        }
        if (!key.isReadable()) {
            return Banner.State.INCOMPLETE;
        }
        int length = channel.read(buffer.clear());
        if (length < 0) {
            throw new IOException("the connection was closed before a banner came");
        }
        byte[] bytes = new byte[length];
        buffer.flip().get(bytes);
        return banner.add(bytes);
    }

    /** Whether the connection stands. */
    boolean isConnected() {
        return channel.isConnected();
    }

    /** Takes it from the selector, whose next selection makes that so. */
    void release() {
        key.cancel();
    }

    void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing a connection to {}", probe.address(), e);
        }
    }
}
