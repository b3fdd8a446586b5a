package dev.allocator.core.machine;

import dev.allocator.LeaseId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder with all that is known of one allocation: what its setup steps wrote, and if it failed the machine's
 * console and logs. Keeping evidence never makes anything else fail.
 */
public final class Evidence {

    private static final Logger LOG = LoggerFactory.getLogger(Evidence.class);
    private static final Duration KEPT = Duration.ofDays(7);
    private static final int MAX_BYTES = 1 << 20;
    private static final int TAIL_LINES = 30;

    private final Path folder;

    private Evidence(Path folder) {
        this.folder = folder;
    }

    /** That of a lease, which may not exist. */
    public static Evidence of(StateLayout layout, LeaseId lease) {
        return new Evidence(layout.evidence(lease));
    }

    /** A file in the folder, which is created. */
    public Path file(String name) {
        return StateLayout.create(folder).resolve(name);
    }

    /** The folder if anything was kept. */
    public Optional<Path> folder() {
        return Files.isDirectory(folder) ? Optional.of(folder) : Optional.empty();
    }

    /** Keeps a copy of the logs in a machine's folder, up to 1 MiB of the end of each, and a summary. */
    public void collect(Path machineFolder, String summary) {
        try {
            write(file("failure.txt"), summary.getBytes(StandardCharsets.UTF_8));
            if (Files.isDirectory(machineFolder)) {
                try (DirectoryStream<Path> logs = Files.newDirectoryStream(machineFolder, "*.log")) {
                    for (Path log : logs) {
                        write(file(String.valueOf(log.getFileName())), end(log));
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("the evidence in {} is incomplete: {}", folder, e.toString());
        }
    }

    /** The last lines of a file, at most 30, printable; empty if there is none. */
    public static List<String> tail(Path file) {
        try {
            if (!Files.isReadable(file)) {
                return List.of();
            }
            List<String> lines = new String(end(file), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceAll("\\x1b\\[[0-9;?]*[A-Za-z]", "").replaceAll("\\p{Cntrl}", ""))
                    .filter(line -> !line.isBlank())
                    .toList();
            return List.copyOf(lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            LOG.warn("cannot read {}: {}", file, e.toString());
            return List.of();
        }
    }

    /** Removes the folder. */
    public void delete() {
        remove(folder);
    }

    /** Removes folders older than seven days. */
    public static void sweep(StateLayout layout, Instant now) {
        if (!Files.isDirectory(layout.evidence())) {
            return;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(layout.evidence())) {
            for (Path folder : folders) {
                if (Files.getLastModifiedTime(folder).toInstant().isBefore(now.minus(KEPT))) {
                    remove(folder);
                }
            }
        } catch (IOException e) {
            LOG.warn("cannot sweep {}: {}", layout.evidence(), e.toString());
        }
    }

    private static void remove(Path folder) {
        try {
            StateLayout.delete(folder);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", folder, e.toString());
        }
    }

    private static byte[] end(Path file) throws IOException {
        try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
            long length = reader.length();
            byte[] bytes = new byte[(int) Math.min(length, MAX_BYTES)];
            reader.seek(length - bytes.length);
            reader.readFully(bytes);
            return bytes;
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, content);
    }
}
