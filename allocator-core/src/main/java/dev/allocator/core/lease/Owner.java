package dev.allocator.core.lease;

import dev.allocator.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * This process as the owner of leases: it holds a lock on a file for as long as it lives, so that others can prove
 * its death.
 *
 * <p>POSIX drops a process's locks on a file when it closes any descriptor of that file, so nobody in this process
 * may open its own lock file again.
 */
public final class Owner implements AutoCloseable {

    /** Begins the names of files that are not locked yet. */
    private static final String UNLOCKED = "new-";

    private final OwnerId id;
    private final Path file;
    private final FileChannel channel;

    private Owner(OwnerId id, Path file, FileChannel channel) {
        this.id = id;
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws StoreException if that fails
     */
    public static Owner lock(Path stateDirectory, OwnerId id) {
        Path folder = folder(stateDirectory);
        Path file = folder.resolve(id.token());
        Path unlocked = folder.resolve(UNLOCKED + id.token());
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileChannel channel = FileChannel.open(
                    unlocked,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            if (channel.tryLock() == null) {
                channel.close();
                throw new IOException("another process locked it");
            }
            // Under its name nobody ever sees it unlocked, which would prove a death that did not happen.
            Files.move(unlocked, file, StandardCopyOption.ATOMIC_MOVE);
            return new Owner(id, file, channel);
        } catch (IOException e) {
            throw new StoreException("cannot create the owner's lock file " + file + ": " + e, e);
        }
    }

    /** Who this is. */
    public OwnerId id() {
        return id;
    }

    /**
     * Whether an owner is proved dead: it is of this host and namespace, and its lock is free.
     *
     * @param self this process, whose own files are never opened
     */
    public static boolean isDead(Path stateDirectory, OwnerId owner, OwnerId self) {
        if (!owner.sameHost(self)) {
            return false;
        }
        Path file = folder(stateDirectory).resolve(owner.token());
        if (owner.sameProcess(self)) {
            return !Files.exists(file);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return channel.tryLock() != null;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException | OverlappingFileLockException e) {
            return false;
        }
    }

    /** Deletes what an owner left that died before it had its lock. */
    public static void forgetUnlocked(Path stateDirectory, String token) throws IOException {
        Files.deleteIfExists(folder(stateDirectory).resolve(UNLOCKED + token));
    }

    /** Deletes the lock files of dead owners, which nobody needs once their leases are over. */
    public static void sweep(Path stateDirectory, Set<String> tokensInUse, OwnerId self) {
        if (!Files.isDirectory(folder(stateDirectory))) {
            return; // nobody ever held a lease
        }
        try (var files = Files.newDirectoryStream(folder(stateDirectory))) {
            for (Path file : files) {
                String token = file.getFileName().toString();
                OwnerId owner = new OwnerId(token, self.host(), "", self.namespace(), 0, 0, "");
                if (!token.startsWith(UNLOCKED)
                        && !tokensInUse.contains(token)
                        && !self.mayBeOwn(token)
                        && isDead(stateDirectory, owner, self)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new StoreException("cannot read " + folder(stateDirectory) + ": " + e, e);
        }
    }

    private static Path folder(Path stateDirectory) {
        return stateDirectory.resolve("owners");
    }

    /** Lets go of the lock: from now on whoever looks finds this owner dead. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
            channel.close();
        } catch (IOException e) {
            throw new StoreException("cannot let go of " + file + ": " + e, e);
        }
    }
}
