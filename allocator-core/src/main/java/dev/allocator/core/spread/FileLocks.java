package dev.allocator.core.spread;

import dev.allocator.core.process.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who holds flock(2) locks, by {@code /proc/locks} (proc(5)): asking the lock itself would mean to take it. */
final class FileLocks {

    private static final Path LOCKS = Path.of("/proc/locks");

    private FileLocks() {}

    /** A living process that holds the lock of a file, if there is one and it can be seen. */
    static Optional<ProcessIdentity> holder(Path file) throws IOException {
        if (!Files.exists(LOCKS)) {
            return Optional.empty();
        }
        long device = (long) Files.getAttribute(file, "unix:dev");
        long inode = (long) Files.getAttribute(file, "unix:ino");
        for (Lock lock : locks()) {
            // Some file systems (btrfs) show another device in stat(2) than in /proc/locks.
            boolean ofFile = lock.inode() == inode && (lock.device().equals(name(device)) || lock.hasOpen(file));
            Optional<ProcessIdentity> process = ofFile ? ProcessIdentity.of(lock.pid()) : Optional.empty();
            if (process.isPresent()) {
                return process;
            }
        }
        return Optional.empty();
    }

    private record Lock(long pid, String device, long inode) {

        boolean hasOpen(Path file) {
            try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
                for (Path descriptor : open) {
                    if (Files.exists(descriptor) && Files.isSameFile(descriptor, file)) {
                        return true;
                    }
                }
                return false;
            } catch (IOException e) {
                return true; // another user's: whatever is not known counts as in use
            }
        }
    }

    /** {@code 1: FLOCK  ADVISORY  WRITE 6394 fe:00:2154498 0 EOF}; whoever only waits has {@code ->} after the number. */
    private static List<Lock> locks() throws IOException {
        List<Lock> locks = new ArrayList<>();
        for (String line : Files.readAllLines(LOCKS, StandardCharsets.ISO_8859_1)) {
            String[] fields = line.strip().split("\\s+", -1);
            String[] place = fields.length > 5 ? fields[5].split(":", -1) : new String[0];
            if (place.length == 3 && fields[1].equals("FLOCK")) {
                locks.add(new Lock(Long.parseLong(fields[4]), place[0] + ":" + place[1], Long.parseLong(place[2])));
            }
        }
        return locks;
    }

    /** A device as {@code /proc/locks} writes it; the numbers are taken apart as makedev(3) puts them together. */
    private static String name(long device) {
        long major = (device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL);
        long minor = (device & 0xff) | (device >>> 12 & ~0xffL);
        return String.format("%02x:%02x", major, minor);
    }
}
