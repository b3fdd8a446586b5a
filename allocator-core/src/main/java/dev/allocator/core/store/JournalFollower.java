package dev.allocator.core.store;

import dev.allocator.core.store.Journal.Tail;
import dev.allocator.core.store.Watches.Event;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store.Change;
import dev.allocator.spi.StoredRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what any process changed: from the journal, or, after a checkpoint, by comparing records. Asking costs one
 * small file while nothing changes.
 */
final class JournalFollower implements Watches.Source {

    private final StateDirectory directory;
    private final Journal journal;
    private final ConsistentReads reads;
    private final Map<String, Map<RecordKey, Long>> known = new TreeMap<>();
    private @Nullable AppliedMark last;

    JournalFollower(StateDirectory directory, Journal journal, ConsistentReads reads) {
        this.directory = directory;
        this.journal = journal;
        this.reads = reads;
    }

    @Override
    public synchronized long follow(String kind) {
        try {
            // In this order: what comes in between is told, or known already, but not lost.
            long revision = reads.revision();
            if (known.isEmpty()) {
                last = AppliedMark.read(directory.applied()).orElse(null);
            }
            if (!known.containsKey(kind)) {
                Map<RecordKey, Long> records = new HashMap<>();
                reads.list(kind).forEach(found -> records.put(found.key(), comparable(found)));
                known.put(kind, records);
            }
            return revision;
        } catch (IOException e) {
            throw StorageFailure.of("watch the records of kind " + kind, directory.root(), e);
        }
    }

    @Override
    public synchronized List<Event> next() {
        try {
            Optional<AppliedMark> mark = AppliedMark.read(directory.applied());
            if (mark.isEmpty() || mark.get().equals(last)) {
                return List.of();
            }
            // Up to the mark only: what follows may yet be taken back.
            Optional<Tail> tail = last == null ? Optional.empty() : journal.since(last.position());
            List<Event> events = tail.isPresent() ? replayed(tail.get(), mark.get()) : compared(mark.get());
            last = mark.get();
            return events;
        } catch (IOException e) {
            throw StorageFailure.of("look for changes", directory.root(), e);
        }
    }

    @Override
    public synchronized void rest() {
        known.clear();
    }

    private List<Event> replayed(Tail tail, AppliedMark mark) {
        List<Event> events = new ArrayList<>();
        for (JournalEntry entry : tail.entries()) {
            for (Change change : entry.changes()) {
                if (entry.revision() <= mark.revision() && isNews(entry.revision(), change)) {
                    events.add(new Event(entry.revision(), change));
                }
            }
        }
        return events;
    }

    private boolean isNews(long revision, Change change) {
        Map<RecordKey, Long> records = known.get(change.key().kind());
        if (records == null) {
            return false;
        }
        Long before = records.get(change.key());
        if (before != null && before >= revision) {
            return false;
        }
        if (change.now().isPresent()) {
            records.put(change.key(), revision);
            return true;
        }
        return records.remove(change.key()) != null;
    }

    private List<Event> compared(AppliedMark mark) throws IOException {
        List<Event> events = new ArrayList<>();
        for (Map.Entry<String, Map<RecordKey, Long>> kind : known.entrySet()) {
            Map<RecordKey, Long> before = Map.copyOf(kind.getValue());
            Map<RecordKey, Long> now = kind.getValue();
            now.clear();
            for (StoredRecord found : reads.list(kind.getKey())) {
                long revision = comparable(found);
                now.put(found.key(), revision);
                if (before.getOrDefault(found.key(), -1L) != revision) {
                    events.add(new Event(
                            found.readable() ? revision : mark.revision(),
                            new Change(found.key(), Optional.of(found))));
                }
            }
            for (RecordKey key : before.keySet()) {
                if (!now.containsKey(key)) {
                    events.add(new Event(mark.revision(), new Change(key, Optional.empty())));
                }
            }
        }
        return events;
    }

    /** The revision, or for a record that cannot be read less than any, so that whatever comes next is news. */
    private static long comparable(StoredRecord found) {
        return found.readable() ? found.revision() : 0;
    }
}
