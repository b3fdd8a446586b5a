package dev.allocator.core.store;

import dev.allocator.RealmId;
import dev.allocator.StoreException;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Keeps records in memory, for one process and as long as that lives: nothing survives, so nothing is cleaned up. */
public final class MemoryStore implements Store {

    private static final long WATCH_INTERVAL_MILLIS = 60_000; // Each commit wakes anyway.

    private record HistoryLine(Instant at, String json) {}

    private final RealmId realm = RealmId.random();
    private final Map<RecordKey, StoredRecord> records = new TreeMap<>();
    private final Map<String, byte[]> blobs = new TreeMap<>();
    private final List<HistoryLine> history = new ArrayList<>();
    private final List<Watches.Event> untold = new ArrayList<>();
    private final Watches watches = new Watches(new Changes(), WATCH_INTERVAL_MILLIS);
    private boolean watched;
    private boolean closed;
    private long revision;

    @Override
    public RealmId realm() {
        return realm;
    }

    @Override
    public boolean commit(Transaction transaction) {
        transaction.changes().values().forEach(json -> json.ifPresent(JsonText::requireObject));
        synchronized (this) {
            requireOpen();
            if (!transaction.conditions().entrySet().stream().allMatch(this::holds)) {
                return false;
            }
            if (!transaction.changes().isEmpty()) {
                revision++;
                transaction.changes().forEach(this::change);
            }
        }
        watches.wake();
        return true;
    }

    @Override
    public synchronized Optional<StoredRecord> get(RecordKey key) {
        requireOpen();
        return Optional.ofNullable(records.get(key));
    }

    @Override
    public synchronized List<StoredRecord> list(String kind) {
        RecordFiles.requireKind(kind);
        requireOpen();
        return records.values().stream()
                .filter(found -> found.key().kind().equals(kind))
                .toList();
    }

    @Override
    public Watch watch(String kind, Consumer<Change> listener) {
        RecordFiles.requireKind(kind);
        synchronized (this) {
            requireOpen();
        }
        return watches.add(kind, listener);
    }

    @Override
    public synchronized void putBlob(String name, byte[] content) {
        requireOpen();
        blobs.put(BlobFiles.requireName(name), content.clone());
    }

    @Override
    public synchronized Optional<byte[]> getBlob(String name) {
        requireOpen();
        return Optional.ofNullable(blobs.get(BlobFiles.requireName(name))).map(byte[]::clone);
    }

    @Override
    public synchronized void deleteBlob(String name) {
        requireOpen();
        blobs.remove(BlobFiles.requireName(name));
    }

    @Override
    public synchronized List<String> blobs() {
        requireOpen();
        return List.copyOf(blobs.keySet());
    }

    @Override
    public synchronized void appendHistory(Instant at, String json) {
        requireOpen();
        history.add(new HistoryLine(at, JsonText.requireLine(json)));
    }

    @Override
    public synchronized List<String> history(Instant since) {
        requireOpen();
        return history.stream()
                .filter(line -> !line.at().isBefore(since))
                .sorted(Comparator.comparing(HistoryLine::at))
                .map(HistoryLine::json)
                .toList();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        watches.close();
    }

    private boolean holds(Map.Entry<RecordKey, Long> condition) {
        StoredRecord found = records.get(condition.getKey());
        return (found == null ? Transaction.ABSENT : found.revision()) == condition.getValue();
    }

    private void change(RecordKey key, Optional<String> json) {
        Optional<StoredRecord> now = json.map(text -> new StoredRecord(key, revision, text));
        boolean existed = records.remove(key) != null;
        now.ifPresent(found -> records.put(key, found));
        if (watched && (existed || now.isPresent())) {
            untold.add(new Watches.Event(revision, new Change(key, now)));
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new StoreException("the store in memory is closed", null);
        }
    }

    private final class Changes implements Watches.Source {
        @Override
        public long follow(String kind) {
            synchronized (MemoryStore.this) {
                watched = true;
                return revision;
            }
        }

        @Override
        public List<Watches.Event> next() {
            synchronized (MemoryStore.this) {
                List<Watches.Event> events = List.copyOf(untold);
                untold.clear();
                return events;
            }
        }

        @Override
        public void rest() {
            synchronized (MemoryStore.this) {
                watched = false;
                untold.clear();
            }
        }
    }
}
