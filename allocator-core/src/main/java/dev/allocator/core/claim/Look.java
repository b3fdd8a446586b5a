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
     */
    static Look at(Need need, Places places, Set<RecordKey> promised) {
        Room room = Room.NONE;
        if (need.limit().isPresent()) {
            Spot limit = need.limit().get();
            PlaceRecord record = places.get(limit.key());
            boolean full = !record.hasRoomFor(limit);
            if (full || promised.contains(limit.key())) {
                return new Look(
                        Optional.empty(), Set.of(limit.key()), full, Words.where(need, true), Words.occupants(record));
            }
            room = room.with(need, limit, record);
        }
        return need.places().isEmpty() ? found(room) : at(need, places, promised, room);
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
        return new Look(Optional.empty(), lacking, full, Words.where(need, false), Words.list(occupants, "; "));
    }

    private static Look found(Room room) {
        return new Look(Optional.of(room), room.keys(), false, "", "");
    }
}
