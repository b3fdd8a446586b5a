package dev.allocator.spi;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A record as it is stored. One that is damaged is told as {@linkplain #unreadable unreadable} rather than left out:
 * something exists under its name, so what it stands for must be let alone until someone overwrites or deletes it.
 *
 * @param key its name
 * @param revision grows with every change of the store; more than 0; {@link #UNREADABLE} if it is not readable
 * @param json its content: one JSON object; if it is not readable, whatever text was found
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record StoredRecord(RecordKey key, long revision, String json) {

    /** The revision that stands for a record that exists and cannot be read; conditions may name it. */
    public static final long UNREADABLE = Long.MAX_VALUE;

    /** A record that exists and cannot be read. */
    public static StoredRecord unreadable(RecordKey key, String text) {
        return new StoredRecord(key, UNREADABLE, text);
    }

    /** Whether the store could read it; that its content makes sense is for its user to find out. */
    public boolean readable() {
        return revision != UNREADABLE;
    }
}
