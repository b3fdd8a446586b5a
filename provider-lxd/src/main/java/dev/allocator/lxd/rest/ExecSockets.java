package dev.allocator.lxd.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.spi.Deadline;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The four WebSockets of a command. LXD starts the command when those of its streams are connected; it ends each of the
 * two outputs with a text message (5.0: shared/network.go) or by closing it. When the control connection is lost, it
 * kills the command (lxd/instance_exec.go), which so never outlives this process.
 */
final class ExecSockets implements AutoCloseable {

    /** More is not put in OkHttp's queue, which would take 16 MiB and then fail. */
    private static final long LARGEST_QUEUE = 256 * 1024;

    private static final int LARGEST_MESSAGE = 32 * 1024;

    private static final long LOOK_MILLIS = 1;

    private final CountDownLatch inputOver = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(4);
    private final WebSocket control;
    private final WebSocket stdin;
    private final WebSocket stdout;
    private final WebSocket stderr;
    private volatile boolean failed;

    /** Connects to the operation of an exec request. */
    ExecSockets(LxdHttp http, JsonNode envelope, ExecOutput output) {
        String path = envelope.path("operation").asText() + "/websocket?secret=";
        JsonNode secrets = envelope.path("metadata").path("metadata").path("fds");
        // First, as the command starts with the last of the others.
        control = http.webSocket(path + secrets.path("control").asText(), new Listener(null));
        stdin = http.webSocket(path + secrets.path("0").asText(), new Listener(null));
        stdout = http.webSocket(path + secrets.path("1").asText(), new Listener(output.stdout()));
        stderr = http.webSocket(path + secrets.path("2").asText(), new Listener(output.stderr()));
    }

    /**
     * Waits until all are connected.
     *
     * @return false if that will never be, for a reason that the operation knows, or is not yet
     */
    boolean awaitOpen(Deadline deadline) throws InterruptedException {
        return opened.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS) && !failed;
    }

    /**
     * Gives the command input, as fast as it takes it.
     *
     * @return false if it takes no more
     */
    boolean write(byte[] bytes, int length) throws InterruptedException {
        for (int sent = 0; sent < length; sent += LARGEST_MESSAGE) {
            while (stdin.queueSize() > LARGEST_QUEUE) {
                if (inputOver.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
            if (!stdin.send(ByteString.of(bytes, sent, Math.min(LARGEST_MESSAGE, length - sent)))) {
                return false;
            }
        }
        return true;
    }

    /** The command has all its input. */
    void endInput() {
        stdin.send("");
    }

    /** The command's end, in LXD's eyes, if it has not ended before: LXD kills it when nobody controls it any more. */
    @Override
    public void close() {
        inputOver.countDown();
        control.cancel();
        stdin.cancel();
        stdout.cancel();
        stderr.cancel();
    }

    private final class Listener extends WebSocketListener {
        private final ExecOutput.@Nullable Sink sink;

        Listener(ExecOutput.@Nullable Sink sink) {
            this.sink = sink;
        }

        @Override
        public void onOpen(WebSocket webSocket, Response response) {
            Thread.currentThread().setName("allocator-lxd-websocket");
            opened.countDown();
        }

        @Override
        public void onMessage(WebSocket webSocket, ByteString bytes) {
            if (sink != null) {
                sink.write(bytes);
            }
        }

        @Override
        public void onMessage(WebSocket webSocket, String text) {
            if (sink != null) {
                sink.end();
            }
        }

        @Override
        public void onClosing(WebSocket webSocket, int code, String reason) {
            if (sink == null) {
                over();
            } else {
                sink.end();
            }
        }

        @Override
        public void onFailure(WebSocket webSocket, Throwable cause, @Nullable Response response) {
            over();
        }

        private void over() {
            failed |= opened.getCount() > 0;
            while (opened.getCount() > 0) {
                opened.countDown();
            }
            if (sink != null) {
                sink.lose();
            } else {
                inputOver.countDown();
            }
        }
    }
}
