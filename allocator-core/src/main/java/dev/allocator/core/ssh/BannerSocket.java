package dev.allocator.core.ssh;

import dev.allocator.HostAndPort;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection whose other end has said that it is an SSH server. Whoever holds it closes it or logs in on it. */
public final class BannerSocket implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BannerSocket.class);

    private final HostAndPort address;
    private final SocketChannel channel;
    private final byte[] received;

    /**
     * Takes over a connection.
     *
     * @param channel connected, in blocking mode
     * @param received all bytes that were read from it so far, the banner among them
     */
    public BannerSocket(HostAndPort address, SocketChannel channel, byte[] received) {
        this.address = address;
        this.channel = channel;
        this.received = received.clone();
    }

    /** Connects and leaves the banner to be read by the log-in. */
    public static BannerSocket connect(HostAndPort address, Duration timeout) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket()
                    .connect(
                            new InetSocketAddress(address.host(), address.port()), Math.toIntExact(timeout.toMillis()));
            return new BannerSocket(address, channel, new byte[0]);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Where it leads. */
    public HostAndPort address() {
        return address;
    }

    /** The server's identification, such as {@code SSH-2.0-OpenSSH_9.2}; empty if it was not read yet. */
    public String banner() {
        return new String(received, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.startsWith("SSH-"))
                .findFirst()
                .orElse("");
    }

    /** Closes the connection, whatever is done on it. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing a connection to {}", address, e);
        }
    }

    Socket socket() {
        return channel.socket();
    }

    /** All that the server sends, what was read already included. */
    InputStream input() throws IOException {
        return new SequenceInputStream(
                new ByteArrayInputStream(received), channel.socket().getInputStream());
    }

    OutputStream output() throws IOException {
        return channel.socket().getOutputStream();
    }
}
