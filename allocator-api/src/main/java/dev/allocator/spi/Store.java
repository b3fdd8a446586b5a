package dev.allocator.spi;

import dev.allocator.RealmId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Keeps the records of one realm, safely against crashes and against other processes. All methods throw
 * {@link dev.allocator.StoreException} if the storage fails, may be called by many threads, and are not disturbed by an
 * interrupted caller, whose flag stays set.
 */
@API(status = Status.MAINTAINED, since = "0.1")
public interface Store extends AutoCloseable {

    /** The random id of this store. */
    RealmId realm();

    /**
     * Whether this store may be a copy of one that is still in use, so that a machine of this realm without a record
     * here may have one there. Such a machine is not destroyed before somebody confirms it. A store that cannot be
     * copied unnoticed says false.
     */
    default boolean moved() {
        return false;
    }

    /**
     * Applies a transaction: all of it if all its conditions hold, nothing otherwise. Durable when it returns.
     *
     * @return whether it was applied
     */
    boolean commit(Transaction transaction);

    /** One record as of now. */
    Optional<StoredRecord> get(RecordKey key);

    /** All records of a kind as of one moment, sorted by name. */
    List<StoredRecord> list(String kind);

    /**
     * Tells of changes of a kind, from now on, until closed: changes of other processes too, within about a second.
     * Several changes of one record in a short time may be told as one. Called by a thread of the store.
     */
    Watch watch(String kind, Consumer<Change> listener);

    /**
     * Keeps a secret apart from the records, readable by its user only. Write it before the record that needs it,
     * delete it after the record. A blob of the same name is replaced.
     *
     * @param name 1 to 200 letters, digits, dots and dashes
     */
    void putBlob(String name, byte[] content);

    /** A secret. */
    Optional<byte[]> getBlob(String name);

    /** Deletes a secret, if it exists. */
    void deleteBlob(String name);

    /** The names of all secrets. */
    List<String> blobs();

    /**
     * Adds one line to the history, kept at least seven days.
     *
     * @param at when it happened
     * @param json one line
     */
    void appendHistory(Instant at, String json);

    /** The lines of history since then, oldest first. */
    List<String> history(Instant since);

    /** Lets go of files and threads. */
    @Override
    void close();

    /** A change of one record. */
    record Change(RecordKey key, Optional<StoredRecord> now) {}

    /** Tells of changes until closed. */
    interface Watch extends AutoCloseable {
        /** Ends it; no change is told after that returns, unless called by the listener itself. */
        @Override
        void close();
    }
}
