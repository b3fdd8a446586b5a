package dev.allocator.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.Store.Change;
import dev.allocator.spi.Store.Watch;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The part of {@link StoreContract} that is about watches. */
abstract class StoreWatchContract {

    protected static final RecordKey ONE = new RecordKey("lease", "one");
    protected static final RecordKey TWO = new RecordKey("lease", "two");

    protected Store store;
    protected Store other;

    /** A new empty store. */
    protected abstract Store create() throws Exception;

    /** Another view of the store created last, as another process has it, or that store itself if it has no other. */
    protected abstract Store again(Store store) throws Exception;

    @BeforeEach
    void openStores() throws Exception {
        store = create();
        other = again(store);
    }

    @AfterEach
    void closeStores() {
        store.close();
        other.close();
    }

    @Test
    void aWatchTellsOfChangesOfItsKindFromNowOn() {
        put(store, ONE, "{\"v\":0}");
        List<Change> changes = new CopyOnWriteArrayList<>();
        try (Watch watch = store.watch("lease", changes::add)) {
            assertThat(watch).isNotNull();
            put(store, ONE, "{\"v\":1}");
            await().untilAsserted(() -> assertThat(changes).hasSize(1));
            put(other, new RecordKey("machine", "m"), "{}");
            put(other, TWO, "{\"v\":2}");
            await().untilAsserted(() -> assertThat(changes).hasSize(2));
            other.commit(Transaction.builder().delete(ONE).build());
            await().untilAsserted(() -> assertThat(changes).hasSize(3));
        }
        assertThat(changes)
                .extracting(Change::key, change -> change.now().map(StoredRecord::json))
                .containsExactly(
                        tuple(ONE, Optional.of("{\"v\":1}")),
                        tuple(TWO, Optional.of("{\"v\":2}")),
                        tuple(ONE, Optional.empty()));
        assertThat(changes.get(1).now()).isEqualTo(store.get(TWO));
    }

    @Test
    void watchesAreIndependent() {
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
        await().untilAsserted(() -> assertThat(second).hasSize(1));
        one.close();
        put(other, TWO, "{}");
        put(store, new RecordKey("machine", "m"), "{}");
        await().untilAsserted(() -> assertThat(machines).hasSize(1));
        await().untilAsserted(() -> assertThat(second).hasSize(2));
        assertThat(first).hasSize(1);
        two.close();
        three.close();

        Watch late = store.watch("lease", first::add);
        put(other, ONE, "{\"late\":1}");
        await().untilAsserted(() -> assertThat(first).hasSize(2));
        assertThat(first.get(1).now().orElseThrow().json()).isEqualTo("{\"late\":1}");
        late.close();
    }

    @Test
    void closingAWatchWaitsForACallUnderWay() throws Exception {
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
        await().until(() ->
                closer.getState() == Thread.State.TIMED_WAITING || closer.getState() == Thread.State.WAITING);
        go.countDown();
        closer.join(10_000);
        assertThat(order).containsExactly("told", "closed");
    }

    @Test
    void aListenerMayCloseItsWatchAndUseTheStore() {
        AtomicReference<Watch> watch = new AtomicReference<>();
        List<Object> told = new CopyOnWriteArrayList<>();
        CountDownLatch set = new CountDownLatch(1);
        watch.set(store.watch("lease", change -> {
            awaitQuietly(set);
            watch.get().close();
            put(store, TWO, "{}");
            told.add(change.key());
        }));
        set.countDown();
        put(store, ONE, "{}");
        await().untilAsserted(() -> assertThat(told).containsExactly(ONE));
        assertThat(store.get(TWO)).isPresent();
    }

    protected static long put(Store store, RecordKey key, String json) {
        assertThat(store.commit(Transaction.builder().put(key, json).build())).isTrue();
        return store.get(key).orElseThrow().revision();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
