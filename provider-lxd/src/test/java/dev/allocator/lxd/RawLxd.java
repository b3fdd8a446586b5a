package dev.allocator.lxd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * LXD's REST API with none of the code under test: HTTP/1.0, so that an answer ends with its connection, over the JDK's
 * own Unix sockets.
 */
public final class RawLxd {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path socket;

    public RawLxd(Path socket) {
        this.socket = socket;
    }

    /** Whether a daemon answers. */
    public boolean answers() {
        try {
            return request("GET", "/1.0", null).path("status_code").asInt() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** The metadata of a path; a missing node if there is no such thing. */
    public JsonNode get(String path) {
        JsonNode answer = request("GET", path, null);
        return answer.path("error_code").asInt() == 404 ? JSON.missingNode() : metadata("GET " + path, answer);
    }

    /** Sends a request and waits until it is done. */
    public JsonNode send(String method, String path, String body) {
        JsonNode answer = request(method, path, body);
        JsonNode metadata = metadata(method + " " + path, answer);
        if (!answer.path("type").asText().equals("async")) {
            return metadata;
        }
        JsonNode done = get(answer.path("operation").asText() + "/wait?timeout=120");
        if (!done.isMissingNode() && done.path("status_code").asInt() != 200) {
            throw new AssertionError(method + " " + path + ": " + done);
        }
        return done;
    }

    private static JsonNode metadata(String what, JsonNode answer) {
        if (answer.path("type").asText().equals("error")) {
            throw new AssertionError(what + ": " + answer);
        }
        return answer.path("metadata");
    }

    /** An answer as it is. */
    public JsonNode request(String method, String path, String body) {
        byte[] content = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
        String head =
                method + " " + path + " HTTP/1.0\r\nHost: lxd\r\nContent-Type: application/json\r\nContent-Length: "
                        + content.length + "\r\n\r\n";
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            write(channel, head.getBytes(StandardCharsets.UTF_8));
            write(channel, content);
            String answer = readAll(channel);
            return JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        } catch (IOException e) {
            throw new UncheckedIOException(socket + ": " + method + " " + path, e);
        }
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static String readAll(SocketChannel channel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        while (channel.read(buffer) >= 0) {
            all.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
        return all.toString(StandardCharsets.UTF_8);
    }
}
