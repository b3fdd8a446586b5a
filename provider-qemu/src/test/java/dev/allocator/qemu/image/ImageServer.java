package dev.allocator.qemu.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A distributor's web server on the loopback address, with ranges, entity tags, and faults on demand. */
final class ImageServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();

    /** All requests, {@code PATH RANGE}. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    /** After how many bytes of each body the connection is cut; 0: never. */
    volatile long cutAfter;

    /** How many connections are cut that way. */
    volatile int cuts = Integer.MAX_VALUE;

    /** The status of every answer; 0: the usual one. */
    volatile int status;

    volatile boolean ranges = true;

    /** What bodies wait for in their middle. */
    volatile CountDownLatch gate = new CountDownLatch(0);

    ImageServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    URI address(String path) {
        return URI.create(base() + path);
    }

    String base() {
        return "http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + "/";
    }

    void put(String path, byte[] content) {
        files.put("/" + path, content);
    }

    void put(String path, String content) {
        put(path, content.getBytes(StandardCharsets.UTF_8));
    }

    void remove(String path) {
        files.remove("/" + path);
    }

    List<String> requestsOf(String path) {
        return requests.stream().filter(line -> line.startsWith("/" + path)).toList();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(path + (range == null ? "" : " " + range));
        byte[] content = files.get(path);
        if (content == null || status != 0) {
            exchange.sendResponseHeaders(content == null ? 404 : status, -1);
            exchange.close();
            return;
        }
        String tag = "\"" + Integer.toHexString(Arrays.hashCode(content)) + "\"";
        String ifRange = exchange.getRequestHeaders().getFirst("If-Range");
        boolean partial = ranges && range != null && (ifRange == null || ifRange.equals(tag));
        int from = partial ? Integer.parseInt(range.replaceAll("[^0-9]", "")) : 0;
        exchange.getResponseHeaders().set("ETag", tag);
        if (from >= content.length) {
            exchange.sendResponseHeaders(416, -1);
            exchange.close();
            return;
        }
        if (partial) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(partial ? 206 : 200, content.length - from);
        send(exchange, content, from);
    }

    private void send(HttpExchange exchange, byte[] content, int from) throws IOException {
        int half = from + (content.length - from) / 2;
        OutputStream body = exchange.getResponseBody();
        if (cutAfter > 0 && from + cutAfter < content.length && cuts-- > 0) {
            body.write(content, from, (int) cutAfter);
            body.flush();
            throw new IOException("cut"); // which makes the server drop the connection
        }
        body.write(content, from, half - from);
        body.flush();
        try {
            if (exchange.getRequestURI().getPath().endsWith(".img")) {
                gate.await();
            }
        } catch (InterruptedException e) {
            throw new IOException("the server is stopped", e);
        }
        body.write(content, half, content.length - half);
        exchange.close();
    }

    /** A checksum file of one line. */
    static String sums(String digest, String file) {
        return digest.substring(digest.indexOf(':') + 1) + "  " + file + "\n";
    }

    static String digest(String algorithm, byte[] content) {
        var computation = Digest.parse(algorithm + ":" + "0".repeat(algorithm.equals("sha256") ? 64 : 128))
                .computation();
        return algorithm + ":" + HexFormat.of().formatHex(computation.digest(content));
    }

    @Override
    public void close() {
        gate.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
