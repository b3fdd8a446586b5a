package dev.allocator.core.store;

import dev.allocator.core.store.Journal.Tail;
import dev.allocator.core.store.JournalHeader.Position;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.StoredRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads without a lock, while others write. Each change is in the journal before it reaches a record's file; so the
 * files, read one after the other, and over them what the journal got since before the first was read, are the records
 * as of the journal's end.
 */
final class ConsistentReads {

    /** Each needs a checkpoint of another process in a moment of at most some tenths of a second. */
    private static final int MAX_ATTEMPTS = 100;

    private final RecordFiles records;
    private final Journal journal;
    private final Path appliedFile;
    private final String boot;

    ConsistentReads(RecordFiles records, Journal journal, Path appliedFile, String boot) {
        this.records = records;
        this.journal = journal;
        this.appliedFile = appliedFile;
        this.boot = boot;
    }

    /** One record as of now. */
    Optional<StoredRecord> get(RecordKey key) throws IOException {
        return read(() -> records.read(key), (found, latest) -> overlay(found, latest.get(key)));
    }

    /** All records of a kind as of one moment, sorted by name. */
    List<StoredRecord> list(String kind) throws IOException {
        return read(() -> records.list(kind), (found, latest) -> {
            for (Tail.Latest change : latest.values()) {
                RecordKey key = change.change().key();
                if (key.kind().equals(kind)) {
                    overlay(Optional.ofNullable(found.get(key.name())), change)
                            .ifPresentOrElse(now -> found.put(key.name(), now), () -> found.remove(key.name()));
                }
            }
            return List.copyOf(found.values());
        });
    }

    /** The revision of the last commit. */
    long revision() throws IOException {
        return read(
                this::revisionBeforeTail,
                (known, latest) -> latest.values().stream()
                        .mapToLong(Tail.Latest::revision)
                        .reduce(known, Math::max));
    }

    private long revisionBeforeTail() throws IOException {
        return Math.max(
                journal.header().revision(),
                applied().map(AppliedMark::revision).orElse(0L));
    }

    /**
     * A record with a change that its file may or may not have.
     *
     * @param change or null for none
     */
    static Optional<StoredRecord> overlay(Optional<StoredRecord> found, Tail.@Nullable Latest change) {
        if (change == null) {
            return found;
        }
        // A file that is newer than the journal's word has been written by a later transaction.
        boolean newer =
                found.isPresent() && found.get().readable() && found.get().revision() > change.revision();
        return newer ? found : change.change().now();
    }

    private interface Merge<T, R> {
        R with(T found, Map<RecordKey, Tail.Latest> latest);
    }

    private <T, R> R read(IoAction<T> files, Merge<T, R> merge) throws IOException {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            // The mark may be left behind by a writer that died at a checkpoint: then the whole journal counts.
            Position from = attempt == 0 ? start() : journal.header().start();
            T found = files.run();
            Optional<Tail> tail = journal.since(from);
            if (tail.isPresent()) {
                return merge.with(found, tail.get().latest());
            }
        }
        throw new IOException("it changes too fast to be read");
    }

    private Position start() throws IOException {
        Optional<AppliedMark> mark = applied();
        return mark.isPresent() ? mark.get().position() : journal.header().start();
    }

    private Optional<AppliedMark> applied() throws IOException {
        return AppliedMark.read(appliedFile).filter(mark -> mark.boot().equals(boot));
    }
}
