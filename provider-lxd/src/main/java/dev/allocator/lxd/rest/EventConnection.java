package dev.allocator.lxd.rest;

import java.util.ArrayDeque;
import java.util.Queue;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okhttp3.internal.ws.RealWebSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection to LXD's events; OkHttp's threads fill it, one thread reads it.
 *
 * <p>LXD says yes to the connection before it has added it to those who are told (lxd/events.go); after that it sends a
 * ping at once (lxd/events/connections.go). Only then nothing is missed any more.
 */
final class EventConnection extends WebSocketListener implements AutoCloseable {

    /** Beyond this the connection is given up, and the listener told that it must look for itself. */
    private static final int LARGEST_BACKLOG = 10_000;

    private static final long OPEN_MILLIS = 10_000;
    private static final long PING_MILLIS = 3_000;
    private static final long LOOK_MILLIS = 5;

    private final Queue<String> messages = new ArrayDeque<>();
    private final WebSocket socket;
    private boolean open;
    private @Nullable String failure;

    EventConnection(LxdHttp http, String path) {
        socket = http.events(path, this);
    }

    /** Waits until nothing is missed any more; false if that cannot be. */
    synchronized boolean isListening() throws InterruptedException {
        long end = System.nanoTime() + OPEN_MILLIS * 1_000_000;
        while (!open && failure == null && System.nanoTime() < end) {
            wait(LOOK_MILLIS);
        }
        // Without a ping within that time it is no LXD we know, but it is not deaf for that long.
        end = System.nanoTime() + PING_MILLIS * 1_000_000;
        while (open && failure == null && messages.isEmpty() && !isPinged() && System.nanoTime() < end) {
            wait(LOOK_MILLIS);
        }
        return open && failure == null;
    }

    private boolean isPinged() {
        try {
            return socket instanceof RealWebSocket real && real.receivedPingCount() > 0;
        } catch (LinkageError e) {
            // OkHttp has this for its own tests; a version without it costs the time of PING_MILLIS.
            return false;
        }
    }

    /** The next message, when there is one; null if the connection was lost. */
    synchronized @Nullable String next() throws InterruptedException {
        while (messages.isEmpty() && failure == null) {
            wait();
        }
        return failure == null ? messages.poll() : null;
    }

    synchronized @Nullable String failure() {
        return failure;
    }

    @Override
    public void onOpen(WebSocket webSocket, Response response) {
        Thread.currentThread().setName("allocator-lxd-websocket");
        synchronized (this) {
            open = true;
            notifyAll();
        }
    }

    @Override
    public synchronized void onMessage(WebSocket webSocket, String text) {
        if (messages.size() == LARGEST_BACKLOG) {
            fail("too many of them");
        } else {
            messages.add(text);
            notifyAll();
        }
    }

    @Override
    public void onClosing(WebSocket webSocket, int code, String reason) {
        fail("LXD closed the connection");
    }

    @Override
    public void onFailure(WebSocket webSocket, Throwable t, @Nullable Response response) {
        fail(response == null ? String.valueOf(t.getMessage()) : "status " + response.code());
    }

    private synchronized void fail(String why) {
        if (failure == null) {
            failure = why;
        }
        notifyAll();
    }

    @Override
    public void close() {
        socket.cancel();
    }
}
