package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.lxd.rest.LxdClient;
import dev.allocator.lxd.rest.LxdException;
import dev.allocator.spi.Deadline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Operations that somebody else started. */
final class Operations {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    /** How long LXD lets one question wait, in seconds. */
    private static final long SLICE_SECONDS = 2;

    private Operations() {}

    /** Waits until an operation is over, however it ends; returns at the deadline too. */
    static void await(LxdClient client, JsonNode operation, Deadline deadline)
            throws LxdException, InterruptedException {
        String path = "/1.0/operations/" + operation.path("id").asText() + "/wait?timeout=";
        while (!deadline.expired()) {
            long seconds =
                    Math.max(0, Math.min(SLICE_SECONDS, deadline.remaining().toSeconds()));
            JsonNode state = Instances.get(client, path + seconds, deadline).orElse(null);
            if (state == null || state.path("status_code").asInt() >= 200) {
                return;
            }
        }
    }

    /** Cancels it if LXD can, as it can while it downloads an image. */
    static void cancel(LxdClient client, JsonNode operation, Deadline deadline)
            throws LxdException, InterruptedException {
        if (!operation.path("may_cancel").asBoolean()) {
            return;
        }
        try {
            client.send("DELETE", "/1.0/operations/" + operation.path("id").asText(), null, deadline, line -> {});
        } catch (LxdException e) {
            if (e.isUnknown()) {
                throw e;
            }
            LOG.debug("LXD does not cancel: {}", e.getMessage());
        }
    }
}
