package dev.allocator.lxd.rest;

import dev.allocator.lxd.rest.LxdException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.net.SocketFactory;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;

/** Sockets that are all connected to one Unix socket, whatever address they are asked for. */
final class UnixSocketFactory extends SocketFactory {

    /** As connect(2) itself cannot be interrupted: for how long a listener that accepts nobody is waited for. */
    private static final int CONNECT_MILLIS = 10_000;

    /** unix(7): 108 bytes with the NUL at their end. */
    private static final int LONGEST_PATH = 107;

    private final Path path;

    UnixSocketFactory(Path path) {
        this.path = path;
    }

    @Override
    public Socket createSocket() {
        return new UnixSocket(this);
    }

    @Override
    public Socket createSocket(String host, int port) {
        return createSocket();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        return createSocket();
    }

    UnixSocketChannel open() throws IOException {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            throw new SocketFault(
                    Reason.NO_SOCKET,
                    "the path " + path + " is too long for a Unix socket, which may have " + LONGEST_PATH + " bytes",
                    null);
        }
        UnixSocketChannel channel = UnixSocketChannel.create();
        try {
            channel.setOption(UnixSocketOptions.SO_SNDTIMEO, CONNECT_MILLIS);
            if (!channel.connect(new UnixSocketAddress(path.toFile()))) {
                throw new SocketFault(
                        Reason.NOBODY_LISTENS, "the one who listens at " + path + " accepts no connections", null);
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e instanceof SocketFault ? e : fault(e);
        }
    }

    /** The system's words are all that jnr tells. */
    private SocketFault fault(IOException e) {
        String words = Objects.requireNonNullElse(e.getMessage(), "");
        if (words.contains("No such file") || words.contains("Not a directory")) {
            return new SocketFault(Reason.NO_SOCKET, "there is no socket " + path, e);
        }
        if (words.contains("Permission denied")) {
            return new SocketFault(Reason.NO_PERMISSION, "this user may not open the socket " + path, e);
        }
        if (words.contains("refused") && isSocket()) {
            return new SocketFault(Reason.NOBODY_LISTENS, "nobody listens at the socket " + path, e);
        }
        if (words.contains("refused")) {
            return new SocketFault(Reason.NO_SOCKET, path + " is not a socket", e);
        }
        return new SocketFault(Reason.CONNECTION_LOST, "the socket " + path + " cannot be opened: " + words, e);
    }

    private boolean isSocket() {
        return !Files.isRegularFile(path) && !Files.isDirectory(path);
    }
}
