package dev.allocator.core.flow;

import dev.allocator.Durations;
import dev.allocator.core.claim.NoRoomException;
import dev.allocator.spi.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * When machines that are allocated together may take room: after all of an earlier group have theirs. Otherwise two
 * groups could each have half of the room, and wait for the other's half.
 */
public final class Turn {

    private final CompletableFuture<Void> earlier;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final AtomicInteger left;

    private Turn(int members, CompletableFuture<Void> earlier) {
        this.left = new AtomicInteger(members);
        this.earlier = earlier;
    }

    /** The groups of one allocator, in the order of their arrival. Safe for many threads. */
    public static final class Line {

        private CompletableFuture<Void> all = CompletableFuture.completedFuture(null);

        /** Without any group. */
        public Line() {}

        /** The turn of the next group. One machine alone has to wait for none, as it waits with nothing in its hands. */
        public synchronized Turn next(int members) {
            if (members == 1) {
                return new Turn(members, CompletableFuture.completedFuture(null));
            }
            Turn turn = new Turn(members, all);
            all = CompletableFuture.allOf(all, turn.over);
            return turn;
        }
    }

    /**
     * Waits for it.
     *
     * @throws NoRoomException if it does not come before the deadline
     */
    void await(Deadline deadline, Consumer<String> progress) throws NoRoomException, InterruptedException {
        if (earlier.isDone()) {
            return;
        }
        progress.accept("waiting until machines that were asked for together before have room");
        try {
            earlier.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new NoRoomException(
                    "no room within " + Durations.format(deadline.total())
                            + ": machines that were asked for together before still wait for theirs",
                    true);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a turn never fails", e);
        }
    }

    /** Says that one member needs no more room; to be called once by each. */
    void pass() {
        if (left.decrementAndGet() == 0) {
            over.complete(null);
        }
    }
}
