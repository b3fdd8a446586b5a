package dev.allocator.core.lease;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.Durations;
import dev.allocator.EndReason;
import dev.allocator.EndedLease;
import dev.allocator.HostAndPort;
import dev.allocator.LeaseId;
import dev.allocator.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each lease that ended. */
public final class History {

    private static final Logger LOG = LoggerFactory.getLogger(History.class);
    private static final Duration KEPT = Duration.ofDays(7);

    private History() {}

    static String line(LeaseRecord lease, Instant ended) {
        ObjectNode tree = JsonRecord.emptyTree();
        JsonRecord.put(tree, "id", lease.id());
        JsonRecord.put(tree, "profile", lease.profile());
        JsonRecord.put(
                tree,
                "reason",
                lease.endReason().orElse(EndReason.DISCARDED).name().toLowerCase(Locale.ROOT));
        JsonRecord.put(tree, "created", lease.created());
        JsonRecord.put(tree, "ended", ended);
        JsonRecord.put(tree, "address", lease.address().orElse(null));
        JsonRecord.put(tree, "message", lease.endMessage().orElse(null));
        JsonRecord.putMap(tree, "phases", lease.phases());
        return tree.toString();
    }

    /** Leases that ended within seven days, newest first, each once. Lines that cannot be read are logged. */
    public static List<EndedLease> read(Store store, Instant now) {
        Map<LeaseId, EndedLease> ended = new LinkedHashMap<>();
        for (String line : store.history(now.minus(KEPT))) {
            try {
                EndedLease lease = parse(line);
                ended.remove(lease.id());
                ended.put(lease.id(), lease);
            } catch (RuntimeException e) {
                LOG.warn("a line of history cannot be read: {}", e.getMessage());
            }
        }
        List<EndedLease> newestFirst = new ArrayList<>(ended.values());
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    private static EndedLease parse(String line) {
        ObjectNode tree = JsonRecord.parse(line, "history");
        EndedLease.Builder lease = EndedLease.builder(
                new LeaseId(tree.path("id").asText()),
                tree.path("profile").asText(),
                EndReason.valueOf(tree.path("reason").asText().toUpperCase(Locale.ROOT)),
                Instant.parse(tree.path("created").asText()),
                Instant.parse(tree.path("ended").asText()));
        if (tree.has("address")) {
            lease.address(HostAndPort.parse(tree.path("address").asText(), 22));
        }
        if (tree.has("message")) {
            lease.message(tree.path("message").asText());
        }
        Map<String, Duration> phases = new LinkedHashMap<>();
        tree.path("phases")
                .properties()
                .forEach(phase -> phases.put(
                        phase.getKey(), Durations.parse(phase.getValue().asText())));
        return lease.phases(phases).build();
    }
}
