package dev.allocator.core.claim;

import dev.allocator.spi.Claim;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Transaction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Room that was found for a machine, and is its own once it was recorded together with the machine. */
public final class Room {

    /** For a machine that needs none. */
    public static final Room NONE = new Room(List.of(), List.of(), Optional.empty(), Optional.empty());

    private final List<PlaceRecord> records;
    private final List<Holding> holdings;
    private final Optional<Claim> claim;
    private final Optional<Claim> network;

    private Room(List<PlaceRecord> records, List<Holding> holdings, Optional<Claim> claim, Optional<Claim> network) {
        this.records = records;
        this.holdings = holdings;
        this.claim = claim;
        this.network = network;
    }

    /** The same and a place. */
    Room with(Need need, Spot spot, PlaceRecord record) {
        Holding holding = new Holding(
                spot.key(),
                spot.place(),
                record.freeSlot(),
                need.machine(),
                need.lease(),
                need.profile(),
                spot.claims(),
                spot.isSeat() ? Optional.of(need.hostName()) : Optional.empty());
        List<PlaceRecord> moreRecords = new ArrayList<>(records);
        moreRecords.add(record.with(holding));
        List<Holding> moreHoldings = new ArrayList<>(holdings);
        moreHoldings.add(holding);
        Optional<Claim> taken = Optional.of(new Claim(holding.place(), holding.slot()));
        return new Room(
                moreRecords, moreHoldings, holding.isOfProvider() ? taken : claim, holding.isSeat() ? taken : network);
    }

    /** What the machine has then. */
    public List<Holding> holdings() {
        return holdings;
    }

    /** What its provider is told of it. */
    public Optional<Claim> claim() {
        return claim;
    }

    /** Its seat in its network, of which its provider is told too. */
    public Optional<Claim> network() {
        return network;
    }

    /** Adds what takes it to a transaction, which fails if a place's record is changed meanwhile. */
    public void addTo(Transaction.Builder transaction) {
        records.forEach(record -> record.addTo(transaction));
    }

    Set<RecordKey> keys() {
        Set<RecordKey> keys = new HashSet<>();
        records.forEach(record -> keys.add(record.key()));
        return keys;
    }
}
