package dev.allocator.core.lease;

import dev.allocator.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as the owner of leases: it holds a lock on a file for as long as it lives, so that others can prove
 * its death, and writes {@linkplain Heartbeat signs of life} into it for those who cannot.
 *
 * <p>POSIX drops a process's locks on a file when it closes any descriptor of that file, so nobody in this process
 * may open its own lock file again, be it to read it or to set its times.
 */
public final class Owner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Owner.class);

    private final OwnerId id;
    private final Path file;
    private final FilePlace place;
    /** What is written through it cannot be disturbed by an interrupt, which would close a channel. */
    private final RandomAccessFile locked;

    private final InstantSource clock;

    private Owner(OwnerId id, Path file, FilePlace place, RandomAccessFile locked, InstantSource clock) {
        this.id = id;
        this.file = file;
        this.place = place;
        this.locked = locked;
        this.clock = clock;
    }

    /**
     * Takes the lock.
     *
     * @throws StoreException if that fails
     */
    public static Owner lock(Path stateDirectory, OwnerId id, InstantSource clock) {
        Path file = Owners.file(stateDirectory, id.token());
        Path unlocked = file.resolveSibling(Owners.UNLOCKED + id.token());
        try {
            Files.createDirectories(
                    Owners.folder(stateDirectory),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.createFile(
                    unlocked, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            RandomAccessFile locked = new RandomAccessFile(unlocked.toFile(), "rw");
            try {
                if (locked.getChannel().tryLock() == null) {
                    throw new IOException("another process locked it");
                }
                Owner owner = new Owner(id, file, FilePlace.of(unlocked), locked, clock);
                owner.write();
                // Under its name nobody ever sees it unlocked, which would prove a death that did not happen.
                Files.move(unlocked, file, StandardCopyOption.ATOMIC_MOVE);
                return owner;
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(unlocked);
                locked.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StoreException(
                    "cannot create the owner's lock file " + file + ": " + e
                            + "; nothing can be allocated with this state directory",
                    e);
        }
    }

    /** Who this is. */
    public OwnerId id() {
        return id;
    }

    /** Gives a sign of life; a failure is logged, as the lock still tells those who can judge by it. */
    public void beat() {
        try {
            write();
        } catch (IOException e) {
            LOG.warn("cannot write a sign of life to {}: {}", file, e.toString());
        }
    }

    private void write() throws IOException {
        byte[] beat = Heartbeat.of(id, place, clock.instant()).bytes();
        synchronized (locked) {
            locked.seek(0);
            locked.write(beat);
        }
    }

    /** Deletes what an owner left that died before it had its lock. */
    public static void forgetUnlocked(Path stateDirectory, String token) throws IOException {
        Files.deleteIfExists(Owners.file(stateDirectory, Owners.UNLOCKED + token));
    }

    /** Lets go of the lock: from now on whoever looks finds this owner dead. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
            locked.close();
        } catch (IOException e) {
            throw new StoreException("cannot let go of " + file + ": " + e, e);
        }
    }
}
