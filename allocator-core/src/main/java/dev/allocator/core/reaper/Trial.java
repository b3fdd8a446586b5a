package dev.allocator.core.reaper;

import dev.allocator.StoreException;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.process.SessionProcesses;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the reaper of a folder can be started, and which types of providers it has. It is tried once; what came out is
 * kept in the folder's file {@code verdict}, and among the caches for the same folder of other state directories; a
 * failure counts for ten minutes.
 *
 * @param types the types of providers that it has
 * @param failure why it cannot be started, if it cannot
 */
record Trial(Set<String> types, Optional<String> failure) {

    private static final Logger LOG = LoggerFactory.getLogger(Trial.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration FAILURE_COUNTS = Duration.ofMinutes(10);
    private static final String WORKS = "works";
    private static final String FAILS = "fails: ";

    /** What came out before or comes out now. */
    static Trial of(ReaperFolder folder, SessionProcesses processes, Path cache)
            throws IOException, InterruptedException {
        Path file = folder.path().resolve("verdict");
        Path verdicts = cache.resolve("reaper");
        Path cached = verdicts.resolve(folder.name());
        Optional<Trial> known = read(file);
        if (known.isPresent()) {
            return known.get();
        }
        Optional<Trial> elsewhere = read(cached);
        Trial trial = elsewhere.isPresent() ? elsewhere.get() : run(folder, processes);
        trial.write(file);
        if (elsewhere.isEmpty()) {
            try {
                StateLayout.create(verdicts);
                trial.write(cached);
            } catch (IOException | StoreException e) {
                LOG.debug("not in the cache: {}", e.toString());
            }
        }
        return trial;
    }

    private void write(Path file) throws IOException {
        Path unfinished = file.resolveSibling(".verdict-" + UUID.randomUUID());
        try (FileOutputStream out = new FileOutputStream(unfinished.toFile())) { // no channel: we may be interrupted
            out.write(text().getBytes(StandardCharsets.UTF_8));
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Optional<Trial> read(Path file) throws IOException {
        try {
            String text = Files.readString(file).strip();
            boolean old =
                    Files.getLastModifiedTime(file).toMillis() < System.currentTimeMillis() - FAILURE_COUNTS.toMillis();
            if (text.startsWith(WORKS)) {
                return Optional.of(
                        works(List.of(text.split(" ")).stream().skip(1).toList()));
            }
            return text.startsWith(FAILS) && !old
                    ? Optional.of(fails(text.substring(FAILS.length())))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Trial run(ReaperFolder folder, SessionProcesses processes) throws IOException, InterruptedException {
        ProcessSpec java = ProcessSpec.of(List.of("/bin/sh", "./java", "@args", ReaperMain.TRIAL))
                .directory(folder.path());
        ProcessResult result = processes.run(java, Deadline.in(LIMIT));
        if (result.timedOut()) {
            return fails("it took more than " + LIMIT.toSeconds() + " s");
        }
        if (result.exitStatus() != 0) {
            return fails("it exited with status " + result.exitStatus() + ": " + firstLine(result.output()));
        }
        return works(Arrays.stream(result.output().split("\n"))
                .filter(line -> line.startsWith(ReaperMain.TYPE))
                .map(line -> line.substring(ReaperMain.TYPE.length()))
                .toList());
    }

    private static String firstLine(String output) {
        return output.lines().filter(line -> !line.isBlank()).findFirst().orElse("(no output)");
    }

    private static Trial works(List<String> types) {
        return new Trial(new TreeSet<>(types), Optional.empty());
    }

    private static Trial fails(String why) {
        return new Trial(Set.of(), Optional.of(why));
    }

    private String text() {
        return failure.map(why -> FAILS + why.replace('\n', ' '))
                        .orElseGet(() ->
                                WORKS + types.stream().map(type -> " " + type).collect(Collectors.joining()))
                + "\n";
    }
}
