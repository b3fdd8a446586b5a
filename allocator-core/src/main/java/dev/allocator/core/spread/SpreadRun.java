package dev.allocator.core.spread;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.Durations;
import dev.allocator.core.process.ProcessIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The run of spread that a lease was allocated for, or that uses its machine again.
 *
 * @param project the folder of its {@code spread.yaml}, if there is one
 * @param backend {@code SPREAD_BACKEND}
 * @param system {@code SPREAD_SYSTEM}
 * @param grace how long the lease lasts after the end of spread
 * @param process spread, if it was found
 * @param ended when somebody first saw that it had ended
 * @param kept whether the machine is meant to outlive it, as of when somebody looked last
 */
public record SpreadRun(
        Optional<Path> project,
        String backend,
        String system,
        Duration grace,
        Optional<SpreadProcess> process,
        Optional<Instant> ended,
        boolean kept) {

    /** Reads what {@link #write} wrote. */
    public static SpreadRun read(ObjectNode tree) {
        return new SpreadRun(
                text(tree, "project").map(Path::of),
                tree.path("backend").asText(),
                tree.path("system").asText(),
                Durations.parse(tree.path("grace").asText()),
                tree.has("pid")
                        ? Optional.of(new SpreadProcess(
                                tree.path("host").asText(),
                                tree.path("boot").asText(),
                                tree.path("namespace").asText(),
                                new ProcessIdentity(
                                        tree.path("pid").asLong(),
                                        tree.path("start").asLong())))
                        : Optional.empty(),
                text(tree, "ended").map(Instant::parse),
                tree.path("kept").asBoolean());
    }

    private static Optional<String> text(ObjectNode tree, String field) {
        return Optional.ofNullable(tree.get(field)).map(value -> value.asText());
    }

    /** Writes it into a record, over an older one of the same lease. */
    public void write(ObjectNode tree) {
        project.ifPresent(folder -> tree.put("project", folder.toString()));
        tree.put("backend", backend);
        tree.put("system", system);
        tree.put("grace", Durations.format(grace));
        tree.remove(List.of("host", "boot", "namespace", "pid", "start", "ended"));
        process.ifPresent(spread -> {
            tree.put("host", spread.host());
            tree.put("boot", spread.boot());
            tree.put("namespace", spread.namespace());
            tree.put("pid", spread.identity().pid());
            tree.put("start", spread.identity().startTime());
        });
        ended.ifPresent(at -> tree.put("ended", at.toString()));
        tree.put("kept", kept);
    }

    /** What users see of it. */
    public Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        project.ifPresent(folder -> labels.put("spread.project", folder.toString()));
        labels.put("spread.backend", backend);
        labels.put("spread.system", system);
        return labels;
    }

    /** A copy whose spread has ended. */
    public SpreadRun ended(Instant at, boolean kept) {
        return new SpreadRun(project, backend, system, grace, process, Optional.of(at), kept);
    }

    /** A copy in which another spread goes on with the machine. */
    public SpreadRun continuedBy(SpreadProcess another) {
        return new SpreadRun(project, backend, system, grace, Optional.of(another), Optional.empty(), kept);
    }

    /** A copy whose lease lasts as long as its TTL says. */
    public SpreadRun unwatched() {
        return new SpreadRun(project, backend, system, grace, Optional.empty(), Optional.empty(), kept);
    }
}
