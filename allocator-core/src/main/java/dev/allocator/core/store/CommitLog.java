package dev.allocator.core.store;

import dev.allocator.core.store.Journal.Tail;
import dev.allocator.core.store.JournalHeader.Position;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store.Change;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes transactions. All of it needs the lock. */
final class CommitLog {

    private static final Logger log = LoggerFactory.getLogger(CommitLog.class);

    private final RecordFiles records;
    private final Journal journal;
    private final Path journalFile;
    private final Path appliedFile;
    private final String boot;
    private final long checkpointBytes;

    CommitLog(StateDirectory directory, RecordFiles records, Journal journal, FileStoreOptions options) {
        this.records = records;
        this.journal = journal;
        this.journalFile = directory.journal();
        this.appliedFile = directory.applied();
        this.boot = options.boot();
        this.checkpointBytes = options.checkpointBytes();
    }

    /**
     * Judges transactions one after the other, and makes those that hold durable together.
     *
     * @return for each, whether it was applied
     */
    List<Boolean> commit(List<Transaction> transactions) throws IOException {
        AppliedMark before = recover();
        long revision = before.revision();
        List<Boolean> results = new ArrayList<>();
        List<JournalEntry> entries = new ArrayList<>();
        Map<RecordKey, Optional<StoredRecord>> changed = new HashMap<>();
        for (Transaction transaction : transactions) {
            boolean holds = holds(transaction, changed);
            results.add(holds);
            if (holds && !transaction.changes().isEmpty()) {
                revision++;
                JournalEntry entry = entry(transaction, revision);
                entry.changes().forEach(change -> changed.put(change.key(), change.now()));
                entries.add(entry);
            }
        }
        if (!entries.isEmpty()) {
            Position end = journal.append(before.position(), entries);
            follow(new Tail(entries, end, false), revision);
        }
        return results;
    }

    /** Whether a {@link #checkpoint} is due: the journal is long, and at least half of it came after the last one. */
    boolean isLong() throws IOException {
        long size = Files.size(journalFile);
        return size >= checkpointBytes && size >= 2 * journal.header().carried();
    }

    /**
     * Leaves only the last change of each record in the journal, and nothing of those deleted. What this keeps makes it
     * needless to sync the records' files one by one, which would take seconds.
     */
    void checkpoint() throws IOException {
        long revision = recover().revision();
        JournalHeader old = journal.header();
        List<JournalEntry> live = whole(old).latest().values().stream()
                .filter(latest -> latest.change().now().isPresent())
                .map(latest -> new JournalEntry(latest.revision(), List.of(latest.change())))
                .toList();
        JournalHeader next = Journal.replace(journalFile, old.realm(), old.generation() + 1, revision, live);
        marked(next.end(), revision);
    }

    private Tail whole(JournalHeader header) throws IOException {
        return journal.since(header.start())
                .orElseThrow(() -> new IOException(journalFile + " changed although it is locked"));
    }

    /** Finishes what a writer left that died, was out of disk space, or lost power. */
    private AppliedMark recover() throws IOException {
        JournalHeader header = journal.header();
        Optional<AppliedMark> mark =
                AppliedMark.read(appliedFile).filter(found -> found.position().generation() == header.generation());
        boolean trusted = mark.isPresent() && mark.get().boot().equals(boot);
        Optional<Tail> unapplied = trusted ? journal.since(mark.get().position()) : Optional.empty();
        if (unapplied.isPresent()
                && unapplied.get().entries().isEmpty()
                && !unapplied.get().torn()) {
            return mark.get();
        }
        Tail tail = unapplied.isPresent() ? unapplied.get() : whole(header);
        if (mark.isPresent() && mark.get().position().offset() > tail.end().offset()) {
            log.warn(
                    "{} is damaged from byte {} on; records changed later are taken as their files have them",
                    journalFile,
                    tail.end().offset());
        }
        journal.cut(tail.end()); // Also syncs: the writer may have died before it did.
        long revision =
                Math.max(header.revision(), mark.map(AppliedMark::revision).orElse(0L));
        for (JournalEntry entry : tail.entries()) {
            revision = Math.max(revision, entry.revision());
        }
        apply(tail);
        return marked(tail.end(), revision);
    }

    /** Brings the records' files up to date. The commit counts without, and readers see it without. */
    private void follow(Tail tail, long revision) {
        try {
            for (Tail.Latest latest : tail.latest().values()) {
                write(latest.change());
            }
            marked(tail.end(), revision);
        } catch (IOException e) {
            log.warn(
                    "a change is in {} but cannot be written to the records' files yet: {}", journalFile, e.toString());
        }
    }

    private void apply(Tail tail) throws IOException {
        for (Tail.Latest latest : tail.latest().values()) {
            Optional<StoredRecord> found = records.read(latest.change().key());
            Optional<StoredRecord> now = ConsistentReads.overlay(found, latest);
            if (!now.equals(found)) {
                write(latest.change());
            }
        }
    }

    private void write(Change change) throws IOException {
        if (change.now().isPresent()) {
            records.write(change.now().get());
        } else {
            records.delete(change.key());
        }
    }

    private AppliedMark marked(Position end, long revision) throws IOException {
        AppliedMark mark = new AppliedMark(end, revision, boot);
        mark.write(appliedFile);
        return mark;
    }

    private boolean holds(Transaction transaction, Map<RecordKey, Optional<StoredRecord>> changed) throws IOException {
        for (Map.Entry<RecordKey, Long> condition : transaction.conditions().entrySet()) {
            RecordKey key = condition.getKey();
            Optional<StoredRecord> now = changed.containsKey(key) ? changed.get(key) : records.read(key);
            if (now.map(StoredRecord::revision).orElse(Transaction.ABSENT)
                    != condition.getValue().longValue()) {
                return false;
            }
        }
        return true;
    }

    private static JournalEntry entry(Transaction transaction, long revision) {
        List<Change> changes = new ArrayList<>();
        transaction
                .changes()
                .forEach((key, json) ->
                        changes.add(new Change(key, json.map(text -> new StoredRecord(key, revision, text)))));
        return new JournalEntry(revision, changes);
    }
}
