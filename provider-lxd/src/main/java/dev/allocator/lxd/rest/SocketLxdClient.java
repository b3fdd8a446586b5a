package dev.allocator.lxd.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.lxd.rest.LxdException.Reason;
import dev.allocator.spi.Deadline;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** LXD over its Unix socket. Nothing of OkHttp is loaded before the first call. */
final class SocketLxdClient implements LxdClient {

    private final Path socket;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private @Nullable LxdHttp http;

    SocketLxdClient(Path socket) {
        this.socket = socket;
    }

    private synchronized LxdHttp http() throws LxdException {
        if (closed.getCount() == 0) {
            throw LxdException.unreachable(Reason.CLOSED, "the connection to LXD at " + socket + " is closed", null);
        }
        if (http == null) {
            http = new LxdHttp(socket);
        }
        return http;
    }

    @Override
    public JsonNode get(String path, Deadline deadline) throws LxdException, InterruptedException {
        return http().call(LxdHttp.request(path).build(), deadline).envelope().path("metadata");
    }

    @Override
    public JsonNode send(
            String method, String path, @Nullable JsonNode body, Deadline deadline, Consumer<String> progress)
            throws LxdException, InterruptedException {
        LxdHttp connection = http();
        JsonNode envelope =
                connection.call(LxdHttp.json(method, path, body), deadline).envelope();
        String operation = envelope.path("operation").asText();
        if (operation.isEmpty()) {
            return envelope.path("metadata");
        }
        return new OperationWait(connection, closed).await(operation, deadline, progress);
    }

    @Override
    public byte[] bytes(String path, Deadline deadline) throws LxdException, InterruptedException {
        return http().call(LxdHttp.request(path).build(), deadline).content();
    }

    @Override
    public Subscription listen(String project, Consumer<LxdEvent> listener) throws LxdException {
        EventStream stream = EventStream.start(http(), project, listener);
        streams.add(stream);
        if (closed.getCount() == 0) {
            stream.close();
        }
        return () -> {
            streams.remove(stream);
            stream.close();
        };
    }

    @Override
    public ExecResult exec(String project, String instance, Command command) throws LxdException, InterruptedException {
        LxdHttp connection = http();
        return new Exec(connection, new OperationWait(connection, closed), project, instance).run(command);
    }

    @Override
    public void close() {
        LxdHttp open;
        synchronized (this) {
            closed.countDown();
            open = http;
        }
        streams.forEach(EventStream::close);
        if (open != null) {
            open.close();
        }
    }
}
