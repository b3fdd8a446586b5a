package dev.allocator.core.store;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Files and folders that are their owner's alone from the moment they exist, whatever the umask. */
final class PrivateFiles {

    /** Whether files have owners and modes here. */
    static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private PrivateFiles() {}

    /** Creates a folder and those it is in, as far as they are missing. */
    static void createFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, mode("rwx------"));
        }
    }

    /** Opens a file. To be called by threads that nobody interrupts: an interrupt closes a channel. */
    static FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), mode("rw-------"));
    }

    /** Writes to the end of a buffer, which a single call need not do. */
    static void write(FileChannel channel, byte[] content, long position) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
            channel.write(buffer, position + buffer.position());
        }
    }

    /**
     * Replaces a file as a whole: others see the old or the new content.
     *
     * @param temporary in the same folder; what is there is overwritten
     * @param durable whether it must have reached the disk; if not, a loss of power may leave anything
     */
    static void replace(Path file, byte[] content, Path temporary, boolean durable) throws IOException {
        try (FileChannel channel = open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            write(channel, content, 0);
            if (durable) {
                channel.force(true);
            }
        } catch (IOException e) {
            deleteAfter(e, temporary);
            throw e;
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (durable) {
            sync(folderOf(file));
        }
    }

    /** The folder that a file is in. */
    static Path folderOf(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "the root is no file");
    }

    /** Makes sure that a file's content, or the names in a folder, have reached the disk. */
    static void sync(Path path) throws IOException {
        boolean folder = Files.isDirectory(path);
        if (folder && !POSIX) {
            return;
        }
        try (FileChannel channel =
                FileChannel.open(path, folder ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /**
     * A file's content, or empty if there is none. Uses a stream, as an interrupted thread can read no channel.
     */
    static Optional<byte[]> read(Path file) throws IOException {
        // Opening fails in the same way whatever is wrong, and the file may come to be between the two looks at it.
        for (int attempt = 1; ; attempt++) {
            try (FileInputStream in = new FileInputStream(file.toFile())) {
                return Optional.of(in.readAllBytes());
            } catch (FileNotFoundException e) {
                if (!exists(file)) {
                    return Optional.empty();
                }
                if (attempt == 3) {
                    throw e;
                }
            }
        }
    }

    private static boolean exists(Path file) throws IOException {
        try {
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static void deleteAfter(IOException failure, Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static FileAttribute<?>[] mode(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
