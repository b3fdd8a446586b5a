package dev.allocator.core.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps all but one writer out of a folder: those of other processes by a lock on a file, those of this one by a
 * monitor, as the operating system gives file locks to processes. It also drops a process's locks on a file when the
 * process closes <em>any</em> descriptor of that file, so nothing else here may open it.
 */
final class DirectoryLock {

    private static final Logger log = LoggerFactory.getLogger(DirectoryLock.class);

    private final Path file;
    private final String monitor;
    private volatile @Nullable FileChannel waiting;
    private volatile boolean abandoned;

    /** On the file {@code lock} in a folder that exists. */
    DirectoryLock(Path folder) throws IOException {
        this.file = folder.resolve("lock");
        this.monitor = monitor(folder);
    }

    /** Does something while holding the lock; waits for it without limit. Not for threads that get interrupted. */
    <T> T holding(IoAction<T> action) throws IOException {
        synchronized (monitor) {
            try (FileChannel channel = PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                waiting = channel;
                if (abandoned) {
                    throw new IOException("the store is closed");
                }
                channel.lock();
                waiting = null;
                return action.run();
            } catch (OverlappingFileLockException e) {
                throw new IOException(file + " is locked by something else in this process", e);
            } finally {
                waiting = null;
            }
        }
    }

    /** Makes those who wait for another process's lock give up, now and later. */
    void abandon() {
        abandoned = true;
        FileChannel channel = waiting;
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                log.debug("cannot close {}: {}", file, e.toString());
            }
        }
    }

    /**
     * One object for all stores on a folder, also those of other class loaders and on other paths to it: interned texts
     * are the only objects that a process shares by value.
     */
    private static String monitor(Path folder) throws IOException {
        Object fileKey = Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
        return ("dev.allocator.core.store.lock " + Objects.requireNonNullElse(fileKey, folder.toRealPath())).intern();
    }
}
