package dev.allocator.lxd.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.allocator.lxd.rest.LxdException.Reason;
import dev.allocator.spi.Deadline;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for operations. LXD answers {@code wait} with status 200 also where the operation failed, forgets an operation
 * five seconds after its end (lxd/operations/operations.go, {@code done()}), and all of them when it is restarted.
 */
final class OperationWait {

    private static final Logger LOG = LoggerFactory.getLogger(OperationWait.class);

    /** The first code of an operation that is over (doc/rest-api.md, status codes). */
    private static final int SUCCESS = 200;
    /** How long LXD lets one question wait, in seconds; so often its progress is seen. */
    private static final int SLICE_SECONDS = 1;
    /** How long LXD may take to answer such a question before it is asked again. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration RETRY = Duration.ofMillis(200);
    private static final Duration CANCEL = Duration.ofSeconds(10);

    private final LxdHttp http;
    private final CountDownLatch closed;

    OperationWait(LxdHttp http, CountDownLatch closed) {
        this.http = http;
        this.closed = closed;
    }

    /**
     * Waits for an operation to succeed; if it is not waited for to its end, LXD is asked to cancel it.
     *
     * @param operation its path
     * @return the operation, or a missing node if LXD knows it no more
     * @throws LxdException also if it failed
     */
    JsonNode await(String operation, Deadline deadline, Consumer<String> progress)
            throws LxdException, InterruptedException {
        JsonNode state = end(operation, deadline, progress);
        if (isFailed(state)) {
            throw failure(state);
        }
        return state;
    }

    /** The same, but an operation that failed is returned, too. */
    JsonNode end(String operation, Deadline deadline, Consumer<String> progress)
            throws LxdException, InterruptedException {
        OperationProgress told = new OperationProgress(progress);
        String what = "";
        boolean over = false;
        try {
            while (true) {
                JsonNode state = look(operation, deadline, what);
                over = state.isMissingNode() || state.path("status_code").asInt() >= SUCCESS;
                told.look(state);
                if (over) {
                    return state;
                }
                what = state.path("description").asText();
            }
        } finally {
            if (!over) {
                cancel(operation);
            }
        }
    }

    /** Whether an operation that ended did not succeed. */
    static boolean isFailed(JsonNode state) {
        return state.path("status_code").asInt() > SUCCESS;
    }

    /** Its state at its end or after a moment; asks again for as long as LXD does not answer. */
    private JsonNode look(String operation, Deadline deadline, String what) throws LxdException, InterruptedException {
        String path = operation + "/wait?timeout=" + SLICE_SECONDS;
        boolean silent = false;
        while (true) {
            try {
                return http.call(LxdHttp.request(path).build(), deadline.atMost(PATIENCE))
                        .envelope()
                        .path("metadata");
            } catch (LxdException e) {
                if (e.isMissing()) {
                    return MissingNode.getInstance();
                }
                boolean passing = e.isUnknown() || e.status() >= 500;
                if (!passing || e.reason() == Reason.CLOSED) {
                    throw e;
                }
                if (deadline.expired()) {
                    throw LxdException.unreachable(
                            e.reason(),
                            silent
                                    ? "LXD could not be asked any more whether it did what it was told: "
                                            + e.getMessage()
                                    : "LXD did not finish in time" + (what.isEmpty() ? "" : ": " + what),
                            e);
                }
                silent = true;
                LOG.debug("LXD is asked again for {}: {}", operation, e.getMessage());
                closed.await(Math.min(RETRY.toMillis(), deadline.remaining().toMillis()), TimeUnit.MILLISECONDS);
            }
        }
    }

    /** LXD's words on why an operation failed. */
    static LxdException failure(JsonNode state) {
        String words = state.path("err").asText().strip();
        return LxdException.refused(
                state.path("status_code").asInt(),
                words.isEmpty()
                        ? "LXD's operation ended as " + state.path("status").asText()
                        : words);
    }

    private void cancel(String operation) {
        try {
            http.execute("cancelling", () -> {
                try {
                    http.call(LxdHttp.request(operation).delete().build(), Deadline.in(CANCEL))
                            .envelope();
                    LOG.debug("cancelled {}", operation);
                } catch (LxdException e) {
                    LOG.debug("{} goes on: {}", operation, e.getMessage());
                } catch (InterruptedException e) {
                    // Only closing the client interrupts its threads.
                    Thread.currentThread().interrupt();
                }
            });
        } catch (LxdException e) {
            LOG.debug("{} goes on: {}", operation, e.getMessage());
        }
    }
}
