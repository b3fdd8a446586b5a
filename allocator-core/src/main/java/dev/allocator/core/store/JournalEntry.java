package dev.allocator.core.store;

import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store.Change;
import dev.allocator.spi.StoredRecord;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One committed transaction. As bytes: the length of what follows the checksum, the checksum, the revision, the number
 * of changes, and for each its kind, name, whether it is a deletion, and content; all numbers big-endian, each text with
 * its length before it.
 *
 * @param revision of the store with it, and of all records it wrote
 */
record JournalEntry(long revision, List<Change> changes) {

    private static final int PREFIX = 2 * Integer.BYTES;

    /** Neither empty, so that zeros on the disk are no entry, nor absurd. */
    private static final int MIN_LENGTH = Long.BYTES + Integer.BYTES;

    /** Its bytes. */
    byte[] encode() throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream(1024);
        DataOutputStream out = new DataOutputStream(payload);
        out.writeLong(revision);
        out.writeInt(changes.size());
        for (Change change : changes) {
            writeText(out, change.key().kind());
            writeText(out, change.key().name());
            out.writeBoolean(change.now().isEmpty());
            writeText(out, change.now().map(StoredRecord::json).orElse(""));
        }
        byte[] bytes = payload.toByteArray();
        return ByteBuffer.allocate(PREFIX + bytes.length)
                .putInt(bytes.length)
                .putInt(checksum(bytes))
                .put(bytes)
                .array();
    }

    /** The entry that starts at the buffer's position, which moves behind it, or empty if it is not all there. */
    static Optional<JournalEntry> decode(ByteBuffer buffer) {
        int start = buffer.position();
        if (buffer.remaining() < PREFIX) {
            return Optional.empty();
        }
        int length = buffer.getInt();
        int checksum = buffer.getInt();
        if (length < MIN_LENGTH || length > buffer.remaining()) {
            buffer.position(start);
            return Optional.empty();
        }
        byte[] payload = new byte[length];
        buffer.get(payload);
        if (checksum(payload) != checksum) {
            buffer.position(start);
            return Optional.empty();
        }
        return Optional.of(decodePayload(ByteBuffer.wrap(payload)));
    }

    private static JournalEntry decodePayload(ByteBuffer payload) {
        long revision = payload.getLong();
        int count = payload.getInt();
        List<Change> changes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            RecordKey key = new RecordKey(readText(payload), readText(payload));
            boolean deleted = payload.get() != 0;
            String json = readText(payload);
            changes.add(
                    new Change(key, deleted ? Optional.empty() : Optional.of(new StoredRecord(key, revision, json))));
        }
        return new JournalEntry(revision, changes);
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(ByteBuffer payload) {
        byte[] bytes = new byte[payload.getInt()];
        payload.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
