package dev.allocator.qemu.image;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;

/** Writes small files of folders that several processes share, so that nobody ever reads half of one. */
public final class FreshFile {

    private static final String SUFFIX = ".new";

    /** Nobody writes one for that long: whoever began was killed. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private FreshFile() {}

    /** Replaces a file, and removes what writers left in its folder that were killed. The folder exists. */
    public static void write(Path file, byte[] content) throws IOException {
        Path folder = file.resolveSibling("");
        removeAbandoned(folder);
        Path fresh = Files.createTempFile(folder, "", SUFFIX);
        try {
            Files.write(fresh, content);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static void removeAbandoned(Path folder) throws IOException {
        Instant before = Instant.now().minus(ABANDONED);
        try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : unfinished) {
                removeIfOlder(file, before);
            }
        }
    }

    private static void removeIfOlder(Path file, Instant before) throws IOException {
        try {
            if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            return; // its writer has just finished
        }
    }
}
