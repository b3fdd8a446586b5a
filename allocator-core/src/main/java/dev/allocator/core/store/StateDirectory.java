package dev.allocator.core.store;

import dev.allocator.RealmId;
import dev.allocator.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The folder of a store, and where in it everything is.
 *
 * @param root an absolute path without links, of a folder that belongs to this user alone
 */
record StateDirectory(Path root) {

    /** Creates the folder, if it is missing, and checks whose it is. */
    static StateDirectory prepare(Path folder) {
        try {
            PrivateFiles.createFolder(folder);
            Path root = folder.toRealPath();
            if (PrivateFiles.POSIX) {
                requirePrivate(root);
            }
            return new StateDirectory(root);
        } catch (IOException e) {
            throw StorageFailure.of("open the state directory", folder, e);
        }
    }

    /**
     * Makes an empty store here, unless another process just did. {@code realm.json} comes last: a store is there once
     * that is. Needs the lock.
     */
    RealmFile create() throws IOException {
        Optional<RealmFile> existing = RealmFile.read(realm());
        if (existing.isPresent()) {
            return existing.get();
        }
        // A journal without that file is of an attempt that was cut short, or the file was lost.
        Optional<JournalHeader> journal = Journal.find(journal());
        if (journal.isEmpty() && !new RecordFiles(records()).isEmpty()) {
            throw new IOException("it has records but neither realm.json nor a journal; restore those, or remove the"
                    + " whole state directory once none of its machines is left");
        }
        for (Path folder : List.of(records(), blobs(), ended())) {
            PrivateFiles.createFolder(folder);
        }
        RealmId id = journal.map(JournalHeader::realm).orElseGet(RealmId::random);
        if (journal.isEmpty()) {
            Journal.replace(journal(), id, 1, 0, List.of());
        }
        RealmFile created = new RealmFile(id, RealmFile.Place.of(root));
        created.write(realm());
        return created;
    }

    Path realm() {
        return root.resolve("realm.json");
    }

    Path journal() {
        return root.resolve("journal");
    }

    Path applied() {
        return root.resolve("applied");
    }

    Path records() {
        return root.resolve("records");
    }

    Path blobs() {
        return root.resolve("blobs");
    }

    Path ended() {
        return root.resolve("ended");
    }

    /** Who can write here decides what machines are destroyed, and on whose behalf. */
    private static void requirePrivate(Path root) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(root, PosixFileAttributes.class);
        String owner = attributes.owner().getName();
        if (!owned(root, owner)) {
            throw new StoreException(
                    "cannot use the state directory " + root + ": it belongs to the user " + owner
                            + "; choose one of your own (ALLOCATOR_STATE_DIR)",
                    null);
        }
        Set<PosixFilePermission> permissions = attributes.permissions();
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new StoreException(
                    "cannot use the state directory " + root + ": others may write there; run: chmod go-w " + root,
                    null);
        }
    }

    private static boolean owned(Path root, String owner) throws IOException {
        Path self = Path.of("/proc/self"); // It belongs to the user whose rights this process has.
        if (Files.exists(self)) {
            return Objects.equals(Files.getAttribute(root, "unix:uid"), Files.getAttribute(self, "unix:uid"));
        }
        return owner.equals(System.getProperty("user.name"));
    }
}
