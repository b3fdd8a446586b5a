package dev.allocator.core.store;

import dev.allocator.RealmId;
import dev.allocator.core.store.JournalHeader.Position;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store.Change;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The journal's file: a {@link JournalHeader} and {@link JournalEntry entries}. A checkpoint replaces the file; its
 * generation tells. Reading needs no lock.
 */
final class Journal {

    private final Path file;
    private final RealmId realm;

    Journal(Path file, RealmId realm) {
        this.file = file;
        this.realm = realm;
    }

    /**
     * Whole entries that follow a position.
     *
     * @param end behind the last of them
     * @param torn whether something follows that is no whole entry
     */
    record Tail(List<JournalEntry> entries, Position end, boolean torn) {

        /** The last change of each record, with the revision of its transaction. */
        Map<RecordKey, Latest> latest() {
            Map<RecordKey, Latest> latest = new LinkedHashMap<>();
            for (JournalEntry entry : entries) {
                for (Change change : entry.changes()) {
                    latest.put(change.key(), new Latest(entry.revision(), change));
                }
            }
            return latest;
        }

        /** The last change of a record, and the revision of its transaction. */
        record Latest(long revision, Change change) {}
    }

    /** The header of the store's journal. */
    JournalHeader header() throws IOException {
        try (RandomAccessFile journal = open()) {
            return header(journal);
        }
    }

    /** What follows a position, or empty if the journal is no longer the one it was taken from. */
    Optional<Tail> since(Position from) throws IOException {
        try (RandomAccessFile journal = open()) {
            if (header(journal).generation() != from.generation() || journal.length() < from.offset()) {
                return Optional.empty();
            }
            journal.seek(from.offset());
            ByteBuffer bytes = ByteBuffer.wrap(readToEnd(journal));
            List<JournalEntry> entries = new ArrayList<>();
            for (Optional<JournalEntry> next = JournalEntry.decode(bytes);
                    next.isPresent();
                    next = JournalEntry.decode(bytes)) {
                entries.add(next.get());
            }
            Position end = new Position(from.generation(), from.offset() + bytes.position());
            return Optional.of(new Tail(entries, end, bytes.hasRemaining()));
        }
    }

    /**
     * Makes entries durable, all of them or, as far as the disk allows, none. Needs the lock.
     *
     * @param at the journal's end
     * @return its new end
     */
    Position append(Position at, List<JournalEntry> entries) throws IOException {
        byte[] bytes = encode(entries);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            try {
                PrivateFiles.write(channel, bytes, at.offset());
                channel.force(false);
            } catch (IOException e) {
                cutAfter(e, channel, at.offset());
                throw e;
            }
        }
        return new Position(at.generation(), at.offset() + bytes.length);
    }

    /** Makes all up to a position durable, and drops what follows it. Needs the lock. */
    void cut(Position end) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(end.offset());
            channel.force(true);
        }
    }

    /**
     * Puts a new journal in the place of the old one. Needs the lock.
     *
     * @param entries those it starts with
     */
    static JournalHeader replace(Path file, RealmId realm, long generation, long revision, List<JournalEntry> entries)
            throws IOException {
        byte[] carried = encode(entries);
        JournalHeader header = new JournalHeader(realm, generation, revision, carried.length);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(JournalHeader.LENGTH + carried.length);
        bytes.writeBytes(header.encode());
        bytes.writeBytes(carried);
        PrivateFiles.replace(file, bytes.toByteArray(), file.resolveSibling("journal.tmp"), true);
        return header;
    }

    /** The header in a file, whatever store it belongs to, or empty if there is none. */
    static Optional<JournalHeader> find(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (RandomAccessFile journal = new RandomAccessFile(file.toFile(), "r")) {
            return decodeHeader(journal);
        }
    }

    private RandomAccessFile open() throws IOException {
        try {
            return new RandomAccessFile(file.toFile(), "r");
        } catch (FileNotFoundException e) {
            throw Files.exists(file) ? e : new NoSuchFileException(file.toString());
        }
    }

    private JournalHeader header(RandomAccessFile journal) throws IOException {
        JournalHeader header = decodeHeader(journal)
                .orElseThrow(() -> new IOException(file + " is damaged (its first line is not a journal's)"));
        if (!header.realm().equals(realm)) {
            throw new IOException(file + " belongs to the realm " + header.realm() + " instead of " + realm);
        }
        return header;
    }

    private static Optional<JournalHeader> decodeHeader(RandomAccessFile journal) throws IOException {
        byte[] line = new byte[JournalHeader.LENGTH];
        if (journal.length() < line.length) {
            return Optional.empty();
        }
        journal.readFully(line);
        return JournalHeader.decode(line);
    }

    private static byte[] encode(List<JournalEntry> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (JournalEntry entry : entries) {
            bytes.writeBytes(entry.encode());
        }
        return bytes.toByteArray();
    }

    private static byte[] readToEnd(RandomAccessFile journal) throws IOException {
        byte[] bytes = new byte[(int) Math.max(0, journal.length() - journal.getFilePointer())];
        int filled = 0;
        for (int count = 0; filled < bytes.length && count >= 0; filled += Math.max(0, count)) {
            count = journal.read(bytes, filled, bytes.length - filled);
        }
        return filled == bytes.length ? bytes : Arrays.copyOf(bytes, filled);
    }

    private static void cutAfter(IOException failure, FileChannel channel, long offset) {
        try {
            channel.truncate(offset);
            channel.force(true);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
