package dev.allocator.lxd.rest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import java.util.function.UnaryOperator;

/** Listens at a Unix socket and says what a test wants it to, one request for each connection. */
final class FakeLxd implements AutoCloseable {

    /** An answer that leaves the connection open, saying nothing more. */
    static final String SILENCE = "";

    private final Path folder = Files.createTempDirectory("lxd");
    private final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final List<SocketChannel> open = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final UnaryOperator<String> answers;

    /** With raw answers to requests such as {@code GET /1.0}; after one that does not end in a blank, it hangs up. */
    FakeLxd(UnaryOperator<String> answers) throws IOException {
        this.answers = answers;
        server.bind(UnixDomainSocketAddress.of(socket()));
        start(this::accept);
    }

    /** Always the same answer. */
    static FakeLxd saying(String answer) throws IOException {
        return new FakeLxd(request -> answer);
    }

    static String http(int status, String body) {
        return "HTTP/1.1 " + status + " X\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    static String sync(String metadata) {
        return http(200, "{\"type\":\"sync\",\"status_code\":200,\"metadata\":" + metadata + "}");
    }

    static String async(String operation) {
        return http(
                202, "{\"type\":\"async\",\"status_code\":100,\"operation\":\"" + operation + "\",\"metadata\":{}}");
    }

    static String error(int status, String words) {
        return http(status, "{\"type\":\"error\",\"error_code\":" + status + ",\"error\":\"" + words + "\"}");
    }

    Path socket() {
        return folder.resolve("unix.socket");
    }

    List<String> requests() {
        return List.copyOf(requests);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "fake-lxd");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                open.add(client);
                start(() -> answer(client));
            }
        } catch (IOException e) {
            return; // it was closed
        }
    }

    private void answer(SocketChannel client) {
        try {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(8_192);
            while (!head.toString(StandardCharsets.US_ASCII).contains("\r\n\r\n")) {
                if (client.read(buffer) < 0) {
                    return;
                }
                head.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
            String request = head.toString(StandardCharsets.US_ASCII).split(" HTTP")[0];
            requests.add(request);
            String answer = answers.apply(request);
            ByteBuffer bytes = ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
            if (!answer.isEmpty() && !answer.endsWith(" ")) {
                client.close();
            }
        } catch (IOException e) {
            return; // the client hung up, or this was closed
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel channel : open) {
            channel.close();
        }
        Files.deleteIfExists(socket());
        Files.delete(folder);
    }
}
