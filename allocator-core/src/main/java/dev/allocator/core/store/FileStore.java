package dev.allocator.core.store;

import dev.allocator.RealmId;
import dev.allocator.StoreException;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps records in files of one folder, shared by all processes of one user on one host. Reads take no lock and no
 * thread; writes are done by a thread that is started when needed. See the package for the files.
 */
public final class FileStore implements Store {

    private static final Logger log = LoggerFactory.getLogger(FileStore.class);

    private static final long WATCH_INTERVAL_MILLIS = 100;

    private final StateDirectory directory;
    private final FileStoreOptions options;
    private final RealmFile realm;
    private final boolean moved;
    private final DirectoryLock lock;
    private final StoreThread thread;
    private final ConsistentReads reads;
    private final CommitQueue commits;
    private final BlobFiles blobs;
    private final HistoryFiles history;
    private final Watches watches;
    private volatile boolean closed;

    private FileStore(
            StateDirectory directory, RealmFile realm, DirectoryLock lock, StoreThread thread, FileStoreOptions options)
            throws IOException {
        this.directory = directory;
        this.options = options;
        this.realm = realm;
        this.moved = !realm.place().isSameAs(RealmFile.Place.of(directory.root()));
        this.lock = lock;
        this.thread = thread;
        RecordFiles records = new RecordFiles(directory.records());
        Journal journal = new Journal(directory.journal(), realm.realm());
        this.reads = new ConsistentReads(records, journal, directory.applied(), options.boot());
        this.commits =
                new CommitQueue(directory.root(), lock, new CommitLog(directory, records, journal, options), thread);
        this.blobs = new BlobFiles(directory.blobs());
        this.history = new HistoryFiles(directory.ended(), options.clock());
        this.watches = new Watches(new JournalFollower(directory, journal, reads), WATCH_INTERVAL_MILLIS);
    }

    /**
     * Opens the store in a folder, and creates both if they do not exist. One that exists can be opened and read also
     * where nothing can be written.
     *
     * @throws StoreException if it cannot be used; says why and what to do
     */
    public static FileStore open(Path folder) {
        return open(folder, FileStoreOptions.ofSystem());
    }

    static FileStore open(Path folder, FileStoreOptions options) {
        StateDirectory directory = StateDirectory.prepare(folder);
        StoreThread thread = new StoreThread();
        try {
            DirectoryLock lock = new DirectoryLock(directory.root());
            Optional<RealmFile> existing = RealmFile.read(directory.realm());
            RealmFile realm = existing.isPresent()
                    ? existing.get()
                    : thread.call(
                            "create a store",
                            directory.root(),
                            options.writeLimit(),
                            () -> lock.holding(directory::create));
            FileStore store = new FileStore(directory, realm, lock, thread, options);
            store.pruneHistory();
            return store;
        } catch (IOException e) {
            thread.close(Duration.ZERO);
            throw StorageFailure.of("open the store", directory.root(), e);
        }
    }

    /** The folder. */
    public Path folder() {
        return directory.root();
    }

    /**
     * Whether the folder is not where the store was made: on another host, or another folder. It may be a copy, and the
     * original in use.
     */
    @Override
    public boolean moved() {
        return moved;
    }

    @Override
    public RealmId realm() {
        return realm.realm();
    }

    @Override
    public boolean commit(Transaction transaction) {
        transaction.changes().values().forEach(json -> json.ifPresent(JsonText::requireObject));
        requireOpen();
        boolean applied = commits.commit(transaction, options.writeLimit());
        watches.wake();
        return applied;
    }

    @Override
    public Optional<StoredRecord> get(RecordKey key) {
        return reading("read the record " + key, () -> reads.get(key));
    }

    @Override
    public List<StoredRecord> list(String kind) {
        RecordFiles.requireKind(kind);
        return reading("list the records of kind " + kind, () -> reads.list(kind));
    }

    @Override
    public Watch watch(String kind, Consumer<Change> listener) {
        RecordFiles.requireKind(kind);
        requireOpen();
        return watches.add(kind, listener);
    }

    @Override
    public void putBlob(String name, byte[] content) {
        BlobFiles.requireName(name);
        byte[] copy = content.clone();
        writing("write the secret " + name, () -> {
            blobs.put(name, copy);
            return true;
        });
    }

    @Override
    public Optional<byte[]> getBlob(String name) {
        BlobFiles.requireName(name);
        return reading("read the secret " + name, () -> blobs.get(name));
    }

    @Override
    public void deleteBlob(String name) {
        BlobFiles.requireName(name);
        writing("delete the secret " + name, () -> {
            blobs.delete(name);
            return true;
        });
    }

    @Override
    public List<String> blobs() {
        return reading("list the secrets", blobs::names);
    }

    @Override
    public void appendHistory(Instant at, String json) {
        JsonText.requireLine(json);
        writing("write the history", () -> {
            history.append(at, json);
            return true;
        });
    }

    @Override
    public List<String> history(Instant since) {
        return reading("read the history", () -> history.since(since));
    }

    @Override
    public void close() {
        closed = true;
        watches.close();
        if (!thread.close(options.closeLimit())) {
            lock.abandon();
        }
    }

    private <T> T reading(String tried, IoAction<T> action) {
        requireOpen();
        try {
            return action.run();
        } catch (IOException e) {
            throw StorageFailure.of(tried, directory.root(), e);
        }
    }

    private void writing(String tried, IoAction<Boolean> action) {
        requireOpen();
        thread.call(tried, directory.root(), options.writeLimit(), () -> lock.holding(action));
    }

    private void requireOpen() {
        if (closed) {
            throw new StoreException("the store in " + directory.root() + " is closed", null);
        }
    }

    private void pruneHistory() {
        try {
            history.prune();
        } catch (IOException e) {
            log.debug("cannot remove old history in {}: {}", directory.root(), e.toString());
        }
    }
}
