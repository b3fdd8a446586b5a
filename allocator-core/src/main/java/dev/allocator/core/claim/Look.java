package dev.allocator.core.claim;

import dev.allocator.StoreException;
import dev.allocator.spi.RecordKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What somebody found who looked for room.
 *
 * @param room the room, if there is some
 * @param lacking the places that have none for now
 * @param full whether that takes until somebody leaves, and not only until others have taken theirs
 * @param where where there is none, for people
 * @param why who has it, for people
 */
record Look(Optional<Room> room, Set<RecordKey> lacking, boolean full, String where, String why) {

    /**
     * Looks for room.
     *
     * @param promised places whose room is for those who came before
     * @throws StoreException if the only place that may have room has a record that cannot be read
     * @throws NoRoomException if another machine of the network has its name
     */
    static Look at(Need need, Places places, Set<RecordKey> promised) throws NoRoomException {
        Room room = Room.NONE;
        for (Spot spot : need.anywhere()) {
            PlaceRecord record = places.get(spot.key());
            if (spot.isSeat()) {
                requireFreeName(need, record);
            }
            boolean full = !record.hasRoomFor(spot);
            if (full || promised.contains(spot.key())) {
                return new Look(
                        Optional.empty(), Set.of(spot.key()), full, Words.within(spot), Words.occupants(record));
            }
            room = room.with(need, spot, record);
        }
        return need.places().isEmpty() ? found(room) : at(need, places, promised, room);
    }

    private static void requireFreeName(Need need, PlaceRecord network) throws NoRoomException {
        Optional<Holding> other = network.named(need.hostName());
        if (other.isPresent()) {
            throw new NoRoomException(
                    "the name '" + need.hostName() + "' is taken in network '"
                            + other.get().place() + "' by " + other.get()
                            + ": ask for another name, or discard that lease",
                    true);
        }
    }

    private static Look at(Need need, Places places, Set<RecordKey> promised, Room limited) {
        List<String> occupants = new ArrayList<>();
        Set<RecordKey> lacking = new HashSet<>();
        boolean full = true;
        @Nullable StoreException unreadable = null;
        for (Spot spot : need.places()) {
            if (!spot.isLargeEnough()) {
                continue;
            }
            try {
                PlaceRecord record = places.get(spot.key());
                boolean fits = record.hasRoomFor(spot);
                if (fits && !promised.contains(spot.key())) {
                    return found(limited.with(need, spot, record));
                }
                lacking.add(spot.key());
                full &= !fits;
                occupants.add(spot.place() + " is " + Words.occupants(record));
            } catch (StoreException e) {
                unreadable = e;
            }
        }
        if (unreadable != null) {
            throw unreadable;
        }
        return new Look(Optional.empty(), lacking, full, Words.where(need), Words.list(occupants, "; "));
    }

    private static Look found(Room room) {
        return new Look(Optional.of(room), room.keys(), false, "", "");
    }
}
