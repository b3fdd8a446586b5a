package dev.allocator.core.claim;

import dev.allocator.Durations;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Store;
import java.time.Duration;
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

    /** At the places of a store, which the caller closes. */
    public Rooms(Store store) {
        this.store = store;
        this.queue = new RoomQueue(new Places(store));
    }

    /**
     * Takes room as soon as there is some.
     *
     * @param progress is told what is waited for
     * @param record makes the machine and its room durable in one transaction; says whether it was applied
     * @throws NoRoomException if there never can be any, or there was none until the deadline
     * @throws InterruptedException if interrupted while waiting
     */
    public void take(Need need, Deadline deadline, Consumer<String> progress, Predicate<Room> record)
            throws NoRoomException, InterruptedException {
        if (need.isNothing()) {
            boolean unused = record.test(Room.NONE);
            return;
        }
        need.requirePossible();
        Waiter waiter = queue.join(need);
        try {
            if (look(waiter, record).room().isEmpty()) {
                await(waiter, deadline, new Notice(progress), record);
            }
        } finally {
            queue.leave(waiter);
        }
    }

    private void await(Waiter waiter, Deadline deadline, Notice notice, Predicate<Room> record)
            throws NoRoomException, InterruptedException {
        Deadline briefly = Deadline.in(BRIEFLY);
        Store.Watch watch = store.watch(PlaceRecord.KIND, change -> waiter.changed(Set.of(change.key())));
        try {
            while (true) {
                Look look = look(waiter, record);
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

    /** Looks, and takes what is found; if others were faster, looks again. */
    private Look look(Waiter waiter, Predicate<Room> record) {
        while (true) {
            Look look = queue.look(waiter);
            if (look.room().isEmpty() || take(look.room().get(), record)) {
                return look;
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
