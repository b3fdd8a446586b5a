package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store.Change;
import dev.allocator.spi.Store.Watch;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What watching promises. */
abstract class WatchPromises extends StoreStage {

    static final Duration SOON = Duration.ofSeconds(10);

    /** {@code Store.watch}: tells of changes of a kind from now on, of other processes too. */
    @Test
    protected void aWatchTellsOfChangesOfItsKindFromNowOn() throws Exception {
        put(store, ONE, "{\"v\":0}");
        List<Change> changes = new CopyOnWriteArrayList<>();
        try (Watch watch = store.watch("lease", changes::add)) {
            assertThat(watch).isNotNull();
            put(store, ONE, "{\"v\":1}");
            Eventually.within(SOON, () -> assertThat(changes).hasSize(1));
            put(other, new RecordKey("machine", "m"), "{}");
            put(other, TWO, "{\"v\":2}");
            Eventually.within(SOON, () -> assertThat(changes).hasSize(2));
            other.commit(Transaction.builder().delete(ONE).build());
            Eventually.within(SOON, () -> assertThat(changes).hasSize(3));
        }
        assertThat(changes)
                .extracting(Change::key, change -> change.now().map(StoredRecord::json))
                .containsExactly(
                        tuple(ONE, Optional.of("{\"v\":1}")),
                        tuple(TWO, Optional.of("{\"v\":2}")),
                        tuple(ONE, Optional.empty()));
        assertThat(changes.get(1).now()).isEqualTo(store.get(TWO));
    }

    /** {@code Store.watch}: one that fails or is closed disturbs no other. */
    @Test
    protected void watchesAreIndependent() throws Exception {
        List<Change> first = new CopyOnWriteArrayList<>();
        List<Change> second = new CopyOnWriteArrayList<>();
        List<Change> machines = new CopyOnWriteArrayList<>();
        Watch one = store.watch("lease", change -> {
            first.add(change);
            throw new IllegalStateException("a listener's own problem");
        });
        Watch two = store.watch("lease", second::add);
        Watch three = store.watch("machine", machines::add);
        put(other, ONE, "{}");
        Eventually.within(SOON, () -> assertThat(second).hasSize(1));
        one.close();
        put(other, TWO, "{}");
        put(store, new RecordKey("machine", "m"), "{}");
        Eventually.within(SOON, () -> assertThat(machines).hasSize(1));
        Eventually.within(SOON, () -> assertThat(second).hasSize(2));
        assertThat(first).hasSize(1);
        two.close();
        three.close();

        Watch late = store.watch("lease", first::add);
        put(other, ONE, "{\"late\":1}");
        Eventually.within(SOON, () -> assertThat(first).hasSize(2));
        assertThat(first.get(1).now().orElseThrow().json()).isEqualTo("{\"late\":1}");
        late.close();
    }

    /** {@code Store.Watch.close}: no change is told after that returns. */
    @Test
    protected void closingAWatchWaitsForACallUnderWay() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<String> order = new CopyOnWriteArrayList<>();
        Watch watch = store.watch("lease", change -> {
            begun.countDown();
            awaitQuietly(go);
            order.add("told");
        });
        put(store, ONE, "{}");
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        Thread closer = new Thread(() -> {
            watch.close();
            order.add("closed");
        });
        closer.start();
        Eventually.within(
                SOON,
                () -> assertThat(closer.getState())
                        .as("close() waits for the listener that is being called")
                        .isIn(Thread.State.TIMED_WAITING, Thread.State.WAITING));
        go.countDown();
        closer.join(10_000);
        assertThat(order).containsExactly("told", "closed");
    }

    /** {@code Store.Watch.close}: unless called by the listener itself, which may also use the store. */
    @Test
    protected void aListenerMayCloseItsWatchAndUseTheStore() throws Exception {
        AtomicReference<Watch> watch = new AtomicReference<>();
        List<Object> told = new CopyOnWriteArrayList<>();
        CountDownLatch set = new CountDownLatch(1);
        watch.set(store.watch("lease", change -> {
            awaitQuietly(set);
            Objects.requireNonNull(watch.get()).close();
            put(store, TWO, "{}");
            told.add(change.key());
        }));
        set.countDown();
        put(store, ONE, "{}");
        Eventually.within(SOON, () -> assertThat(told).containsExactly(ONE));
        assertThat(store.get(TWO)).isPresent();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
