package dev.allocator.qemu;

import dev.allocator.spi.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * A connection to a monitor of QEMU, which serves one at a time. Not safe for several threads.
 *
 * <p>The protocol is QEMU's docs/interop/qmp-spec: one JSON object a line; a greeting, then answers, which carry the
 * id of their command, between events.
 */
final class QmpClient implements Closeable {

    private static final int LONGEST_LINE = 1 << 20;

    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocate(8192).flip();
    private long lastId;

    private QmpClient(SocketChannel channel, Selector selector) {
        this.channel = channel;
        this.selector = selector;
    }

    /**
     * Connects and negotiates.
     *
     * @throws IOException if nobody listens there, or QEMU does not answer in time because another client is connected
     */
    static QmpClient connect(Path socket, Deadline deadline) throws IOException, InterruptedException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try (SocketPath path = SocketPath.to(socket)) {
            channel.configureBlocking(false);
            if (!channel.connect(path.address())) {
                throw new ConnectException(socket + " is busy");
            }
            Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            QmpClient client = new QmpClient(channel, selector);
            try {
                client.readMessage(deadline);
                client.execute("qmp_capabilities", Map.of(), deadline);
                return client;
            } catch (IOException | InterruptedException e) {
                selector.close();
                throw e;
            }
        } catch (IOException | InterruptedException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Executes a command and returns what it returned, with the key {@code return}.
     *
     * @throws IOException with QEMU's words if it refused the command, or if the connection failed
     */
    Map<String, Object> execute(String command, Map<String, ?> arguments, Deadline deadline)
            throws IOException, InterruptedException {
        long id = ++lastId;
        send(Json.write(Map.of("execute", command, "arguments", arguments, "id", id)) + "\n", deadline);
        while (true) {
            Map<String, Object> message = readMessage(deadline);
            if (!Long.toString(id).equals(String.valueOf(message.get("id")))) {
                continue;
            }
            if (message.containsKey("error")) {
                throw new IOException(command + ": " + Json.text(Json.section(message, "error"), "desc"));
            }
            return message;
        }
    }

    /** Reads on until QEMU tells of an event. */
    void awaitEvent(String event, Deadline deadline) throws IOException, InterruptedException {
        Map<String, Object> message = readMessage(deadline);
        while (!event.equals(message.get("event"))) {
            message = readMessage(deadline);
        }
    }

    /** Reads on until QEMU hangs up, which shows as {@link EOFException}. */
    void awaitEnd(Deadline deadline) throws IOException, InterruptedException {
        while (true) {
            readMessage(deadline);
        }
    }

    private void send(String line, Deadline deadline) throws IOException, InterruptedException {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE, deadline);
            }
        }
    }

    private Map<String, Object> readMessage(Deadline deadline) throws IOException, InterruptedException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            while (buffer.hasRemaining()) {
                byte next = buffer.get();
                if (next == '\n') {
                    return Json.object(line.toString(StandardCharsets.UTF_8));
                }
                line.write(next);
            }
            if (line.size() > LONGEST_LINE) {
                throw new IOException("QEMU sent a line of more than " + LONGEST_LINE + " bytes");
            }
            fill(deadline);
        }
    }

    private void fill(Deadline deadline) throws IOException, InterruptedException {
        buffer.clear();
        int read = read();
        while (read == 0) {
            await(SelectionKey.OP_READ, deadline);
            read = read();
        }
        buffer.flip();
        if (read < 0) {
            throw new EOFException("QEMU closed the connection");
        }
    }

    /** As the channel's, but a reset counts as the end: so it looks if QEMU exits before it has read all from here. */
    private int read() throws IOException {
        try {
            return channel.read(buffer);
        } catch (SocketException e) {
            return -1;
        }
    }

    private void await(int operation, Deadline deadline) throws IOException, InterruptedException {
        channel.keyFor(selector).interestOps(operation);
        if (deadline.expired()) {
            throw new SocketTimeoutException("QEMU did not answer within " + deadline.total());
        }
        selector.select(key -> {}, Math.max(1, deadline.remaining().toMillis()));
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
