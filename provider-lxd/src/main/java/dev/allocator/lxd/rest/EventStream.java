package dev.allocator.lxd.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.lxd.rest.LxdClient.Subscription;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens to LXD's events, on a thread of its own, and connects again for as long as it is open. */
final class EventStream implements Subscription, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern SOURCE = Pattern.compile("/1\\.0/(?:instances|containers|virtual-machines)/([^/?]+)");

    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final LxdHttp http;
    private final String path;
    private final Consumer<LxdEvent> listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this, "allocator-lxd-events");

    private EventStream(LxdHttp http, String project, Consumer<LxdEvent> listener) {
        this.http = http;
        this.path = "/1.0/events?type=lifecycle&project=" + URLEncoder.encode(project, StandardCharsets.UTF_8);
        this.listener = listener;
    }

    static EventStream start(LxdHttp http, String project, Consumer<LxdEvent> listener) {
        EventStream stream = new EventStream(http, project, listener);
        stream.thread.setDaemon(true);
        stream.thread.start();
        return stream;
    }

    @Override
    public void run() {
        long pause = FIRST_PAUSE_MILLIS;
        try {
            while (!isClosed(0)) {
                if (listen()) {
                    pause = FIRST_PAUSE_MILLIS;
                }
                if (isClosed(pause)) {
                    return;
                }
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            // Only close() interrupts this thread.
            LOG.trace("no longer listening to LXD's events", e);
        }
    }

    /**
     * Listens until the connection is lost.
     *
     * @return whether there was one
     */
    private boolean listen() throws InterruptedException {
        try (EventConnection connection = new EventConnection(http, path)) {
            if (!connection.isListening()) {
                LOG.debug("LXD's events cannot be heard: {}", connection.failure());
                return false;
            }
            tell(LxdEvent.RECONNECTED);
            String message = connection.next();
            while (message != null) {
                tell(message);
                message = connection.next();
            }
            LOG.debug("LXD's events are not heard any more: {}", connection.failure());
            return true;
        }
    }

    private void tell(String message) {
        try {
            JsonNode metadata = JSON.readTree(message).path("metadata");
            tell(new LxdEvent(
                    metadata.path("action").asText(),
                    instance(metadata.path("source").asText())));
        } catch (JsonProcessingException e) {
            LOG.debug("LXD sent an event that is no JSON");
            tell(LxdEvent.RECONNECTED);
        }
    }

    private void tell(LxdEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            LOG.warn("a listener to LXD's events failed", e);
        }
    }

    /**
     * The name in a source such as {@code /1.0/instances/NAME?project=…}. LXD 4.0 says {@code containers} or
     * {@code virtual-machines} there.
     */
    static String instance(String source) {
        Matcher matcher = SOURCE.matcher(source);
        return matcher.lookingAt() ? matcher.group(1) : "";
    }

    private boolean isClosed(long millis) throws InterruptedException {
        return closed.await(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
