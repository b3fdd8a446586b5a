package dev.allocator.core.claim;

import dev.allocator.Durations;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Store;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Finds room for machines, and waits for it. Safe for many threads. */
public final class Rooms {

    /** A store need not tell of other processes' changes sooner. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /** Others who came before take theirs faster than that, if it is not taken yet. */
    private static final Duration BRIEFLY = Duration.ofMillis(500);

    private final Store store;
    private final RoomQueue queue;

    /** Looks anew at what is needed. */
    public interface Renewal {

        /**
         * What is needed now, if that was last looked at too long ago; else nothing.
         *
         * @throws ProviderException if no such machine can be made any more
         */
        Optional<Need> renew() throws ProviderException;
    }

    /** At the places of a store, which the caller closes. */
    public Rooms(Store store) {
        this.store = store;
        this.queue = new RoomQueue(new Places(store));
    }

    /**
     * Takes room as soon as there is some.
     *
     * @param renewal is asked when there is room, before it is taken; whose need changes keeps its turn
     * @param progress is told what is waited for
     * @param record makes the machine and its room durable in one transaction; says whether it was applied
     * @throws NoRoomException if there never can be any, or there was none until the deadline,
     *     or the machine's name is taken in its network
     * @throws InterruptedException if interrupted while waiting
     */
    public void take(Need need, Renewal renewal, Deadline deadline, Consumer<String> progress, Predicate<Room> record)
            throws NoRoomException, ProviderException, InterruptedException {
        if (need.isNothing()) {
            boolean unused = record.test(Room.NONE);
            return;
        }
        need.requirePossible();
        Waiter waiter = queue.join(need);
        try {
            if (look(waiter, renewal, record).room().isEmpty()) {
                await(waiter, renewal, deadline, new Notice(progress), record);
            }
        } finally {
            queue.leave(waiter);
        }
    }

    private void await(Waiter waiter, Renewal renewal, Deadline deadline, Notice notice, Predicate<Room> record)
            throws NoRoomException, ProviderException, InterruptedException {
        Deadline briefly = Deadline.in(BRIEFLY);
        Store.Watch watch = store.watch(PlaceRecord.KIND, change -> waiter.changed(Set.of(change.key())));
        try {
            while (true) {
                Look look = look(waiter, renewal, record);
                if (look.room().isPresent()) {
                    return;
                }
                if (deadline.expired()) {
                    throw new NoRoomException(
                            "no room " + look.where() + " within " + Durations.format(deadline.total()) + ": "
                                    + look.why(),
                            true);
                }
                if (look.full() || briefly.expired()) {
                    notice.tell("waiting for room " + look.where() + ": " + look.why());
                }
                Duration left = deadline.remaining();
                waiter.await(left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
            }
        } finally {
            watch.close();
        }
    }

    /** Looks, and takes what is found; if others were faster, or something else is needed by now, looks again. */
    private Look look(Waiter waiter, Renewal renewal, Predicate<Room> record)
            throws NoRoomException, ProviderException {
        while (true) {
            Look look = queue.look(waiter);
            if (look.room().isEmpty()) {
                return look;
            }
            Room room = look.room().get();
            Optional<Need> renewed = renewed(renewal, room);
            if (renewed.isPresent()) {
                queue.renew(waiter, renewed.get(), room);
                renewed.get().requirePossible();
            } else if (take(room, record)) {
                return look;
            }
        }
    }

    private Optional<Need> renewed(Renewal renewal, Room room) throws ProviderException {
        boolean asked = false;
        try {
            Optional<Need> renewed = renewal.renew();
            asked = true;
            return renewed;
        } finally {
            if (!asked) {
                queue.tried(room);
            }
        }
    }

    private boolean take(Room room, Predicate<Room> record) {
        try {
            return record.test(room);
        } finally {
            queue.tried(room);
        }
    }
}
