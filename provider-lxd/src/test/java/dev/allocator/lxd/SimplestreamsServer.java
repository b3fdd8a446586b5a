package dev.allocator.lxd;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A simplestreams server with one image, as LXD downloads them. LXD 5.0 asks it without TLS, reads
 * {@code streams/v1/index.json} and the list that this names, and takes an image in one file if its type is {@code
 * lxd_combined.tar.gz}, compressed or not. Thread-safe.
 */
public final class SimplestreamsServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Path image;
    private final byte[] trailer = new byte[1024];
    private final String fingerprint;

    private SimplestreamsServer(HttpServer server, Path image) throws Exception {
        this.server = server;
        this.image = image;
        // Behind the end of the archive, where nobody reads: an image that LXD cannot have yet.
        byte[] unique = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(unique, 0, trailer, 0, unique.length);
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        try (OutputStream digest = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
            write(digest);
        }
        this.fingerprint = HexFormat.of().formatHex(sha256.digest());
    }

    /** Serves a container image in one file under an alias. */
    public static SimplestreamsServer serve(Path image, String alias) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        SimplestreamsServer streams = new SimplestreamsServer(server, image);
        server.setExecutor(streams.threads);
        streams.answer("/streams/v1/index.json", """
                {"format": "index:1.0", "index": {"images": {"datatype": "image-downloads", "format": "products:1.0",
                  "path": "streams/v1/images.json", "products": ["test"]}}}""");
        streams.answer("/streams/v1/images.json", streams.products(alias));
        server.createContext("/image.tar", streams::sendImage);
        server.start();
        return streams;
    }

    private String products(String alias) throws IOException {
        String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        return """
                {"format": "products:1.0", "datatype": "image-downloads", "content_id": "images", "products": {"test": {
                  "aliases": "%s", "arch": "%s", "os": "Debian", "release": "12", "release_title": "12",
                  "versions": {"20260101_0000": {"items": {"all": {"ftype": "lxd_combined.tar.gz",
                    "path": "image.tar", "sha256": "%s", "size": %d}}}}}}}""".formatted(alias, arch, fingerprint, size());
    }

    private long size() throws IOException {
        return Files.size(image) + trailer.length;
    }

    private void write(OutputStream out) throws IOException {
        Files.copy(image, out);
        out.write(trailer);
    }

    private void answer(String path, String text) {
        server.createContext(path, exchange -> {
            requests.add(path);
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (exchange) {
                exchange.getResponseBody().write(body);
            }
        });
    }

    private void sendImage(HttpExchange exchange) throws IOException {
        requests.add("/image.tar");
        exchange.sendResponseHeaders(200, size());
        try (exchange) {
            write(exchange.getResponseBody());
        }
    }

    /** What to give LXD as the server. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What LXD calls the image. */
    public String fingerprint() {
        return fingerprint;
    }

    /** The paths that were asked for, in order. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
