package dev.allocator.lxd.rest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import jnr.unixsocket.UnixSocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the Unix socket.
 *
 * <p>Closing wakes who reads or writes, and lets go of the descriptor only when nobody does any more: its number could
 * be another connection's by then. Timeouts are not supported: who waits for an answer closes the socket when its time
 * is up.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // It has a lock of its own, as Socket's is public.
final class UnixSocket extends Socket {

    private final UnixSocketFactory factory;
    private final Object lock = new Object();
    private @Nullable UnixSocketChannel channel;
    private int users;
    private boolean closed;

    UnixSocket(UnixSocketFactory factory) {
        this.factory = factory;
    }

    @Override
    public void connect(SocketAddress ignored, int timeout) throws IOException {
        UnixSocketChannel opened = factory.open();
        synchronized (lock) {
            if (!closed) {
                channel = opened;
                return;
            }
        }
        opened.close();
        throw new SocketException("Socket closed");
    }

    @Override
    public void connect(SocketAddress ignored) throws IOException {
        connect(ignored, 0);
    }

    @Override
    public void close() throws IOException {
        UnixSocketChannel last;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            last = channel;
            if (last != null && users > 0) {
                wake(last);
                return;
            }
        }
        if (last != null) {
            last.close();
        }
    }

    private static void wake(UnixSocketChannel channel) throws IOException {
        try {
            channel.shutdownInput();
        } finally {
            channel.shutdownOutput();
        }
    }

    private UnixSocketChannel enter() throws IOException {
        synchronized (lock) {
            if (closed || channel == null) {
                throw new SocketException("Socket closed");
            }
            users++;
            return channel;
        }
    }

    private void leave(UnixSocketChannel used) throws IOException {
        synchronized (lock) {
            users--;
            if (!closed || users > 0) {
                return;
            }
        }
        used.close();
    }

    private int read(ByteBuffer target) throws IOException {
        UnixSocketChannel used = enter();
        try {
            return used.read(target);
        } finally {
            leave(used);
        }
    }

    private void write(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            UnixSocketChannel used = enter();
            try {
                // Nothing, if the time limit that was set for connecting passed.
                used.write(source);
            } finally {
                leave(used);
            }
        }
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return length == 0 ? 0 : UnixSocket.this.read(ByteBuffer.wrap(bytes, offset, length));
            }

            @Override
            public void close() throws IOException {
                UnixSocket.this.close();
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                UnixSocket.this.write(ByteBuffer.wrap(bytes, offset, length));
            }

            @Override
            public void close() throws IOException {
                UnixSocket.this.close();
            }
        };
    }

    @Override
    public boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    @Override
    public boolean isConnected() {
        synchronized (lock) {
            return channel != null;
        }
    }

    /** OkHttp wants one. */
    @Override
    public InetAddress getInetAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public void setSoTimeout(int millis) {
        // See above.
    }

    @Override
    public int getSoTimeout() {
        return 0;
    }
}
