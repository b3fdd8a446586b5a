package dev.allocator.qemu;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leave to boot, until it is closed or this process ends. Closing it again does nothing. */
final class BootSlot implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BootSlot.class);

    private final Path file;
    private final FileChannel locked;
    private final Bell bell;

    BootSlot(Path file, FileChannel locked, Bell bell) {
        this.file = file;
        this.locked = locked;
        this.bell = bell;
    }

    @Override
    public void close() {
        if (locked.isOpen()) {
            try (locked) {
                // In this process the file itself is what counts, in others its lock.
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.warn("cannot remove {}: {}", file, e.toString());
            }
            bell.ring();
        }
    }
}
