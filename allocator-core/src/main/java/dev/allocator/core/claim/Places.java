package dev.allocator.core.claim;

import dev.allocator.StoreException;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.util.List;
import java.util.Optional;

/** The records of places in a store. */
public final class Places {

    private final Store store;

    /** Over a store, which the caller closes. */
    public Places(Store store) {
        this.store = store;
    }

    /** A place as it is now: one without a record is empty. */
    PlaceRecord get(RecordKey key) {
        return store.get(key).map(PlaceRecord::read).orElseGet(() -> PlaceRecord.empty(key));
    }

    /**
     * The room that machines have at a place.
     *
     * @throws StoreException if its record cannot be read
     */
    public List<Holding> holdings(RecordKey place) {
        return get(place).holdings();
    }

    /** The records of places, readable or not. */
    List<StoredRecord> all() {
        return store.list(PlaceRecord.KIND);
    }

    /**
     * Adds to a transaction what gives room back. It fails if a place's record is changed meanwhile.
     *
     * @throws StoreException if a place's record cannot be read, which then has to stay as it is
     */
    public void release(List<Holding> holdings, Transaction.Builder transaction) {
        for (Holding holding : holdings) {
            Optional<StoredRecord> stored = store.get(holding.key());
            if (stored.isPresent()) {
                PlaceRecord.read(stored.get()).without(holding.machine()).addTo(transaction);
            } else {
                transaction.ifAbsent(holding.key()); // somebody removed it by hand
            }
        }
    }
}
