package dev.allocator.core.claim;

import dev.allocator.spi.RecordKey;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Who of this allocator needs room, in order of arrival. Nobody gets room at a place that somebody waits for who came
 * before; places that nobody else waits for are open to all. One at a time takes room at a place, as two who did so at
 * once would be in each other's way.
 */
final class RoomQueue {

    private final Places places;
    private final Set<Waiter> waiting = new LinkedHashSet<>(); // guarded by this, as all below
    private final Set<RecordKey> beingTaken = new HashSet<>();

    RoomQueue(Places places) {
        this.places = places;
    }

    synchronized Waiter join(Need need) {
        Waiter waiter = new Waiter(need);
        waiting.add(waiter);
        return waiter;
    }

    synchronized void leave(Waiter waiter) {
        waiting.remove(waiter);
        tellAll(waiter.keys());
    }

    /** Looks for room. Who found some has to say when it has tried to take that. */
    synchronized Look look(Waiter waiter) throws NoRoomException {
        waiter.looks();
        Set<RecordKey> promised = new HashSet<>(beingTaken);
        for (Waiter other : waiting) {
            if (other == waiter) {
                break;
            }
            promised.addAll(other.lacking());
        }
        Look look = Look.at(waiter.need(), places, promised);
        if (!waiter.lacking().equals(look.lacking())) {
            waiter.lacking(look.lacking());
            tellAll(waiter.keys());
        }
        look.room().map(Room::keys).ifPresent(beingTaken::addAll);
        return look;
    }

    /** Keeps a waiter's turn although it needs something else now; what it has found for its old need is not taken. */
    synchronized void renew(Waiter waiter, Need need, Room found) {
        Set<RecordKey> before = waiter.keys();
        waiter.needs(need);
        tried(found);
        tellAll(before);
    }

    synchronized void tried(Room room) {
        beingTaken.removeAll(room.keys());
        tellAll(room.keys());
    }

    private void tellAll(Set<RecordKey> changed) {
        waiting.forEach(waiter -> waiter.changed(changed));
    }
}
