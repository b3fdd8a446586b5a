package dev.allocator.qemu;

import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A way to a Unix socket that fits into the 107 bytes of unix(7), through a short link if need be, until closed. */
final class SocketPath implements Closeable {

    private static final int LIMIT = 107;

    private final Path path;
    private final @Nullable Path link;

    private SocketPath(Path path, @Nullable Path link) {
        this.path = path;
        this.link = link;
    }

    static SocketPath to(Path socket) throws IOException {
        Path absolute = socket.toAbsolutePath();
        if (absolute.toString().getBytes(StandardCharsets.UTF_8).length <= LIMIT) {
            return new SocketPath(absolute, null);
        }
        Path folder = Files.createTempDirectory("allocator-");
        Path link = folder.resolve("m");
        SocketPath result = new SocketPath(link.resolve(absolute.getFileName()), link);
        try {
            Files.createSymbolicLink(link, absolute.getParent());
        } catch (IOException e) {
            result.close();
            throw e;
        }
        return result;
    }

    UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(path);
    }

    @Override
    public void close() throws IOException {
        if (link != null) {
            Files.deleteIfExists(link);
            Files.delete(link.getParent());
        }
    }
}
