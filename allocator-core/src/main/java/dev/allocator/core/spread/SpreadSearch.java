package dev.allocator.core.spread;

import dev.allocator.ConfigurationException;
import dev.allocator.Durations;
import dev.allocator.core.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out whether a process was started by a script of spread's backend {@code adhoc}, and by which spread.
 *
 * @param environment the process's variables
 * @param workingDirectory where it works
 * @param pid the process
 */
public record SpreadSearch(Map<String, String> environment, Path workingDirectory, long pid) {

    /** The variable that sets the grace period. */
    static final String GRACE = "ALLOCATOR_SPREAD_GRACE";

    private static final Duration DEFAULT_GRACE = Duration.ofMinutes(15);

    /**
     * The run of spread that the process is part of, or empty if it is part of none.
     *
     * @param host the machine id of this host
     * @param boot its boot id
     * @param namespace the pid namespace of this process
     * @throws ConfigurationException if the grace period that the environment asks for is none
     */
    public Optional<SpreadRun> run(String host, String boot, String namespace) {
        String backend = environment.getOrDefault("SPREAD_BACKEND", "");
        String system = environment.getOrDefault("SPREAD_SYSTEM", "");
        if (backend.isEmpty() || system.isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> project = project();
        return Optional.of(new SpreadRun(
                project,
                backend,
                system,
                grace(),
                spread(project).map(process -> new SpreadProcess(host, boot, namespace, process)),
                Optional.empty(),
                false));
    }

    private Duration grace() {
        String text = environment.getOrDefault(GRACE, "");
        try {
            Duration grace = text.isEmpty() ? DEFAULT_GRACE : Durations.parse(text);
            if (grace.isZero()) {
                throw new IllegalArgumentException("must be more than zero");
            }
            return grace;
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(List.of("the variable " + GRACE + ": " + e.getMessage()));
        }
    }

    /** The folder of the nearest {@code spread.yaml} or {@code .spread.yaml}, as spread finds it (spread/project.go). */
    private Optional<Path> project() {
        try {
            for (Path folder = workingDirectory.toRealPath(); folder != null; folder = folder.getParent()) {
                if (Files.exists(folder.resolve("spread.yaml")) || Files.exists(folder.resolve(".spread.yaml"))) {
                    return Optional.of(folder);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // the working directory is gone
        }
    }

    /** The nearest ancestor that is spread, by its name or by its files in the project. */
    private Optional<ProcessIdentity> spread(Optional<Path> project) {
        Optional<ProcessIdentity> user = project.flatMap(SpreadSearch::reuser);
        Optional<ProcessHandle> process = ProcessHandle.of(pid).flatMap(ProcessHandle::parent);
        while (process.isPresent()) {
            long candidate = process.get().pid();
            Optional<ProcessIdentity> identity = ProcessIdentity.of(candidate);
            boolean hasFile = project.filter(
                            folder -> Files.exists(folder.resolve(".spread-reuse." + candidate + ".yaml")))
                    .isPresent();
            if (identity.isPresent()
                    && (hasFile || identity.equals(user) || name(candidate).equals("spread"))) {
                return identity;
            }
            process = process.get().parent();
        }
        return Optional.empty();
    }

    /** The process of {@code spread -reuse} in a project. */
    private static Optional<ProcessIdentity> reuser(Path project) {
        Path file = project.resolve(".spread-reuse.yaml");
        try {
            return Files.exists(file) ? FileLocks.holder(file) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String name(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
        } catch (IOException e) {
            return ""; // it ended, or there is no /proc
        }
    }
}
