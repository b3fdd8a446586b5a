package dev.allocator.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What spread says of itself to the scripts of a backend, and what the labels of leases that they allocate say.
 *
 * @param project the folder of {@code spread.yaml}
 * @param backend {@code SPREAD_BACKEND}
 * @param system {@code SPREAD_SYSTEM}
 */
record SpreadSystem(Optional<String> project, String backend, String system) {

    /** What this process works for, or empty if spread did not start it. */
    static Optional<SpreadSystem> of(Map<String, String> environment, Path directory) {
        String backend = environment.getOrDefault("SPREAD_BACKEND", "");
        String system = environment.getOrDefault("SPREAD_SYSTEM", "");
        return backend.isEmpty() || system.isEmpty()
                ? Optional.empty()
                : Optional.of(new SpreadSystem(project(directory), backend, system));
    }

    /** What a lease was allocated for, or empty if spread did not ask for it. */
    static Optional<SpreadSystem> of(Map<String, String> labels) {
        String backend = labels.get("spread.backend");
        String system = labels.get("spread.system");
        return backend == null || system == null
                ? Optional.empty()
                : Optional.of(new SpreadSystem(Optional.ofNullable(labels.get("spread.project")), backend, system));
    }

    private static Optional<String> project(Path directory) {
        try {
            for (Path folder = directory.toRealPath(); folder != null; folder = folder.getParent()) {
                if (Files.exists(folder.resolve("spread.yaml")) || Files.exists(folder.resolve(".spread.yaml"))) {
                    return Optional.of(folder.toString());
                }
            }
        } catch (IOException e) {
            return Optional.empty(); // the folder is gone
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "system '" + system + "' of backend '" + backend + "' of "
                + project.map(folder -> "the spread project " + folder).orElse("no spread project");
    }
}
