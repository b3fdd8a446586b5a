package dev.allocator.core.flow;

import dev.allocator.Durations;
import dev.allocator.core.claim.NoRoomException;
import dev.allocator.spi.Deadline;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * When machines that are allocated together may take room: after all of each earlier group that may want the same room
 * have theirs. Otherwise two groups could each have half of the room, and wait for the other's half. All room is a
 * provider instance's: its places, its networks, and the limits of its profiles.
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

        /** Complete once all groups have room that want some of a provider instance. */
        private final Map<String, CompletableFuture<Void>> last = new HashMap<>();

        /** Without any group. */
        public Line() {}

        /** The turn of one machine alone, which has to wait for none, as it waits with nothing in its hands. */
        public static Turn alone() {
            return new Turn(1, CompletableFuture.completedFuture(null));
        }

        /** The turn of the next group, by the names of the provider instances that make its machines. */
        public synchronized Turn next(List<String> members) {
            Set<String> providers = Set.copyOf(members);
            Turn turn = new Turn(members.size(), allOf(providers));
            providers.forEach(
                    provider -> last.put(provider, CompletableFuture.allOf(allOf(Set.of(provider)), turn.over)));
            return turn;
        }

        private CompletableFuture<Void> allOf(Set<String> providers) {
            return CompletableFuture.allOf(
                    providers.stream().map(last::get).filter(Objects::nonNull).toArray(CompletableFuture[]::new));
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
