package dev.allocator.lxd.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.lxd.rest.LxdException.Reason;
import dev.allocator.spi.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/**
 * HTTP and WebSockets over the Unix socket. Calls run on threads of their own, as an interrupt does not wake who reads
 * from the socket; who waits for a call cancels it.
 */
final class LxdHttp implements AutoCloseable {

    private static final Duration PING = Duration.ofSeconds(10);

    private final Path socket;
    private final OkHttpClient client;
    private final HttpThreads threads;

    LxdHttp(Path socket) {
        this.socket = socket;
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .socketFactory(new UnixSocketFactory(socket))
                .dns(host -> List.of(InetAddress.getLoopbackAddress()))
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                // Nothing is ever sent twice.
                .retryOnConnectionFailure(false)
                .fastFallback(false)
                // Deadlines are kept by those who wait.
                .connectTimeout(Duration.ZERO)
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO);
        this.threads = new HttpThreads(builder);
        this.client = builder.build();
    }

    static Request.Builder request(String path) {
        return new Request.Builder().url("http://lxd" + path);
    }

    /** A request with a body in JSON. */
    static Request json(String method, String path, @Nullable JsonNode body) {
        byte[] bytes = body == null ? new byte[0] : body.toString().getBytes(StandardCharsets.UTF_8);
        return request(path)
                .method(method, RequestBody.create(bytes, MediaType.get("application/json")))
                .build();
    }

    /** Sends a request and waits for the whole answer. */
    Answer call(Request request, Deadline deadline) throws LxdException, InterruptedException {
        String question = request.method() + " " + request.url().encodedPath();
        if (deadline.expired()) {
            throw LxdException.unreachable(
                    Reason.NO_ANSWER_IN_TIME, "there was no time left for " + question + " to LXD", null);
        }
        Call call = client.newCall(request);
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        execute(question, () -> {
            try (Response response = call.execute()) {
                answer.complete(new Answer(
                        question,
                        socket.toString(),
                        response.code(),
                        Objects.requireNonNullElse(response.header("Content-Type"), ""),
                        response.body().bytes()));
            } catch (IOException | RuntimeException | LinkageError e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            call.cancel();
            throw e;
        } catch (TimeoutException e) {
            call.cancel();
            throw LxdException.unreachable(
                    Reason.NO_ANSWER_IN_TIME,
                    "LXD at " + socket + " did not answer " + question + " in time, so it is not known what it did",
                    null);
        } catch (ExecutionException e) {
            throw fault(question, Objects.requireNonNull(e.getCause()));
        }
    }

    /** Opens a WebSocket; the listener is told how that went. */
    WebSocket webSocket(String path, WebSocketListener listener) {
        return client.newWebSocket(request(path).build(), listener);
    }

    /** The same, with pings by which a daemon that hangs is noticed. */
    WebSocket events(String path, WebSocketListener listener) {
        return client.newBuilder()
                .pingInterval(PING)
                .build()
                .newWebSocket(request(path).build(), listener);
    }

    /** Runs something on one of the client's threads. */
    void execute(String what, Runnable task) throws LxdException {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            throw closed(what, e);
        }
    }

    /** One clear sentence about a request that has no answer. */
    LxdException fault(String question, Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof SocketFault known) {
                return LxdException.unreachable(known.reason(), "LXD cannot be reached: " + known.getMessage(), known);
            }
        }
        if (client.dispatcher().executorService().isShutdown()) {
            return closed(question, cause);
        }
        // Other such exceptions are of answers that were cut off.
        if (cause instanceof ProtocolException
                && String.valueOf(cause.getMessage()).contains("status line")) {
            return LxdException.unreachable(
                    Reason.NOT_LXD, "what listens at " + socket + " does not speak HTTP, so it is not LXD", cause);
        }
        if (cause instanceof LinkageError) {
            return LxdException.unreachable(
                    Reason.NO_SOCKET,
                    "Unix sockets cannot be opened by this Java runtime: " + cause.getMessage()
                            + " (jnr-unixsocket needs a folder for temporary files that allows programs)",
                    cause);
        }
        return LxdException.unreachable(
                Reason.CONNECTION_LOST,
                "the connection to LXD at " + socket + " was lost before it had answered " + question
                        + ", so it is not known what it did",
                cause);
    }

    private LxdException closed(String what, Throwable cause) {
        return LxdException.unreachable(
                Reason.CLOSED, "the connection to LXD at " + socket + " was closed during " + what, cause);
    }

    @Override
    public void close() {
        threads.close();
        client.dispatcher().cancelAll();
        client.connectionPool().evictAll();
    }
}
