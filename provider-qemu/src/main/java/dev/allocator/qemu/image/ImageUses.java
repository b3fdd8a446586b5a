package dev.allocator.qemu.image;

import dev.allocator.MachineId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Which machines' overlays lie on which image: a file for each, which names the machine's folder and counts as long as that
 * folder exists. So nobody has to take it back, and a machine whose end was cut short keeps its image.
 */
final class ImageUses {

    private final Path folder;

    /** @param folder of this host, as machines are */
    ImageUses(Path folder) {
        this.folder = folder;
    }

    /** Notes that a machine uses an image. Its folder exists. */
    void add(Path image, MachineId machine, Path machineFolder) throws IOException {
        Path uses = Files.createDirectories(of(image));
        forgetOver(uses);
        Path fresh = Files.createTempFile(uses, "new", ".tmp");
        Files.writeString(fresh, machineFolder.toAbsolutePath().toString());
        Files.move(
                fresh, uses.resolve(machine.value()), StandardCopyOption.ATOMIC_MOVE); // or again, of the same machine
    }

    /** Whether a machine uses it; also one that only QEMU's own lock tells of, as its state directory is not seen here. */
    boolean isUsed(Path image) throws IOException {
        return (Files.isDirectory(of(image)) && forgetOver(of(image))) || isOpen(image);
    }

    /** Forgets an image that is gone. */
    void remove(Path image) throws IOException {
        Files.deleteIfExists(of(image));
    }

    private Path of(Path image) {
        return folder.resolve(String.valueOf(image.getFileName()));
    }

    /** Removes the files of machines that are no more; returns whether some are left. */
    private static boolean forgetOver(Path uses) throws IOException {
        boolean used = false;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(uses)) {
            for (Path file : files) {
                if (isOver(file)) {
                    Files.deleteIfExists(file);
                } else {
                    used = true;
                }
            }
        }
        return used;
    }

    private static boolean isOver(Path file) throws IOException {
        if (file.toString().endsWith(".tmp")) {
            return true; // whoever wrote it was killed: all of this happens under a lock
        }
        try {
            return !Files.isDirectory(Path.of(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    /** QEMU locks the images that it uses (fcntl(2)), so that nobody can lock them for writing. */
    private static boolean isOpen(Path image) throws IOException {
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
