package dev.allocator.core.machine;

import dev.allocator.LeaseId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** Sequences by which a terminal is told what to do (ECMA-48), such as that it should be reset. */
    private static final Pattern TERMINAL = Pattern.compile("\\x1b(?:\\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[c=>78])");

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
        return create().resolve(name);
    }

    /** The folder, which is created. */
    public Path create() {
        return StateLayout.create(folder);
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

    /** What a console's file has at its end, up to 1 MiB. */
    public static ConsoleText console(Path file) {
        try {
            if (!Files.isReadable(file)) {
                return ConsoleText.NONE;
            }
            return new ConsoleText(new String(end(file), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> TERMINAL.matcher(line).replaceAll("").replaceAll("\\p{Cntrl}", ""))
                    .filter(line -> !line.isBlank())
                    .toList());
        } catch (IOException e) {
            LOG.warn("cannot read {}: {}", file, e.toString());
            return ConsoleText.NONE;
        }
    }

    /** The files in the folder and, of a machine that there is, its logs in its own folder; sorted by their names. */
    public List<Path> files(Path machineFolder) {
        Map<String, Path> files = new TreeMap<>();
        try {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> all = Files.walk(folder)) {
                    all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                            .forEach(file -> files.put(folder.relativize(file).toString(), file));
                }
            }
            if (Files.isDirectory(machineFolder)) {
                try (DirectoryStream<Path> logs = Files.newDirectoryStream(machineFolder, "*.log")) {
                    logs.forEach(log -> files.put(String.valueOf(log.getFileName()), log));
                }
            }
        } catch (IOException | UncheckedIOException e) { // they are removed at the moment
            LOG.debug("cannot list {}", folder, e);
        }
        return List.copyOf(files.values());
    }

    /** A file in the folder that only this user can read; it is created unless it exists. The folder is not. */
    public Path privateFile(String name) throws IOException {
        return createPrivate(folder.resolve(name));
    }

    /** Creates a file that only this user can read, unless it exists. */
    public static Path createPrivate(Path file) throws IOException {
        try {
            Files.createFile(file, PRIVATE);
        } catch (FileAlreadyExistsException e) {
            LOG.trace("{} goes on", file, e);
        }
        return file;
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
        Files.createFile(file, PRIVATE);
        Files.write(file, content);
    }
}
