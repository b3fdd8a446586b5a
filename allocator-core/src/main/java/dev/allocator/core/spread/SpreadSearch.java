package dev.allocator.core.spread;

import dev.allocator.ConfigurationException;
import dev.allocator.Durations;
import dev.allocator.core.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

    /**
     * The nearest ancestor that is spread by its name or a lock it holds, else the nearest that has a file, which may
     * be a killed spread's whose id another process got.
     */
    private Optional<ProcessIdentity> spread(Optional<Path> project) {
        List<ProcessIdentity> ancestors = ancestors();
        Optional<ProcessIdentity> reusing = project.flatMap(folder -> holder(folder.resolve(".spread-reuse.yaml")));
        return ancestors.stream()
                .filter(process -> name(process.pid()).equals("spread")
                        || reusing.equals(Optional.of(process))
                        || file(project, process).flatMap(SpreadSearch::holder).equals(Optional.of(process)))
                .findFirst()
                .or(() -> ancestors.stream()
                        .filter(process -> file(project, process).isPresent())
                        .findFirst());
    }

    private List<ProcessIdentity> ancestors() {
        List<ProcessIdentity> ancestors = new ArrayList<>();
        Optional<ProcessHandle> process = ProcessHandle.of(pid).flatMap(ProcessHandle::parent);
        while (process.isPresent()) {
            ProcessIdentity.of(process.get().pid()).ifPresent(ancestors::add);
            process = process.get().parent();
        }
        return ancestors;
    }

    private static Optional<Path> file(Optional<Path> project, ProcessIdentity process) {
        return project.map(folder -> folder.resolve(".spread-reuse." + process.pid() + ".yaml"))
                .filter(Files::exists);
    }

    private static Optional<ProcessIdentity> holder(Path file) {
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
