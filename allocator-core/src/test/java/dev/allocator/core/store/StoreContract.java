package dev.allocator.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import dev.allocator.StoreException;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.Store.Change;
import dev.allocator.spi.Store.Watch;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store promises. A store's test extends it. */
abstract class StoreContract {

    private static final RecordKey ONE = new RecordKey("lease", "one");
    private static final RecordKey TWO = new RecordKey("lease", "two");

    private Store store;
    private Store other;

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
    void anEmptyStoreHasNothing() {
        assertThat(store.get(ONE)).isEmpty();
        assertThat(store.list("lease")).isEmpty();
        assertThat(store.blobs()).isEmpty();
        assertThat(store.history(Instant.MIN)).isEmpty();
        assertThat(other.realm()).isEqualTo(store.realm());
    }

    @Test
    void aRecordIsKeptAsItWasGiven() {
        String json = "{\"b\": [1.10, {\"x\":\"}\\\"\"}],\n \"ä\":\"\\u20ac€😀\"}";
        assertThat(store.commit(Transaction.builder().put(ONE, json).build())).isTrue();

        for (Store each : List.of(store, other)) {
            StoredRecord found = each.get(ONE).orElseThrow();
            assertThat(found.json()).isEqualTo(json);
            assertThat(found.key()).isEqualTo(ONE);
            assertThat(found.revision()).isPositive();
            assertThat(found.readable()).isTrue();
            assertThat(each.list("lease")).containsExactly(found);
        }
    }

    @Test
    void whatIsNoJsonObjectIsRefused() {
        for (String text : List.of("", " ", "1", "[]", "{", "{}{}", "{\"a\":\"}", "{]}}", "{\"a\":1}\n")) {
            assertThatIllegalArgumentException()
                    .as(text)
                    .isThrownBy(() -> store.commit(
                            Transaction.builder().put(TWO, "{}").put(ONE, text).build()));
        }
        assertThat(store.list("lease")).isEmpty();
    }

    @Test
    void everyKindAndNameThatAKeyAllowsCanBeStored() {
        List<RecordKey> keys = List.of(
                new RecordKey("a", "x".repeat(200)),
                new RecordKey("a", "127.0.0.1:40123"),
                new RecordKey("a", ".hidden"),
                new RecordKey("a", "..."),
                new RecordKey("a", "-"),
                new RecordKey("a", "upper"),
                new RecordKey("a", "UPPER"),
                new RecordKey("a", "x.json"),
                new RecordKey("a", "write.tmp"),
                new RecordKey("z".repeat(32), "x"));
        for (RecordKey key : keys) {
            put(store, key, "{\"name\":\"" + key + "\"}");
        }
        for (RecordKey key : keys) {
            assertThat(other.get(key).orElseThrow().json()).isEqualTo("{\"name\":\"" + key + "\"}");
        }
        assertThat(other.list("a"))
                .hasSize(9)
                .isSortedAccordingTo((a, b) -> a.key().compareTo(b.key()));
    }

    @Test
    void recordsOfAKindAreListedByName() {
        for (String name : List.of("b", "a:1", "c", "B", "a", "a.1")) {
            put(store, new RecordKey("lease", name), "{}");
        }
        put(store, new RecordKey("machine", "a"), "{}");

        assertThat(store.list("lease"))
                .extracting(found -> found.key().name())
                .containsExactly("B", "a", "a.1", "a:1", "b", "c");
        assertThat(store.list("machine")).hasSize(1);
        assertThatIllegalArgumentException().isThrownBy(() -> store.list("../lease"));
    }

    @Test
    void aTransactionIsAppliedAsAWholeOrNotAtAll() {
        long revision = put(store, ONE, "{\"v\":1}");

        assertThat(store.commit(Transaction.builder()
                        .ifRevision(ONE, revision)
                        .ifAbsent(TWO)
                        .put(ONE, "{\"v\":2}")
                        .put(TWO, "{}")
                        .build()))
                .isTrue();
        assertThat(other.commit(Transaction.builder()
                        .ifRevision(ONE, revision)
                        .put(ONE, "{\"v\":3}")
                        .delete(TWO)
                        .build()))
                .isFalse();

        assertThat(store.get(ONE).orElseThrow().json()).isEqualTo("{\"v\":2}");
        assertThat(store.get(TWO)).isPresent();
        assertThat(store.get(TWO).orElseThrow().revision())
                .isEqualTo(store.get(ONE).orElseThrow().revision());
    }

    @Test
    void aRecordThatExistsIsNotAbsent() {
        put(store, ONE, "{}");
        assertThat(other.commit(Transaction.builder().ifAbsent(ONE).build())).isFalse();
        assertThat(other.commit(Transaction.builder().ifAbsent(TWO).build())).isTrue();
        assertThat(other.commit(Transaction.builder().ifRevision(TWO, 1).build()))
                .isFalse();
    }

    @Test
    void deletingWhatDoesNotExistIsFine() {
        assertThat(store.commit(Transaction.builder().delete(ONE).build())).isTrue();
        put(store, ONE, "{}");
        assertThat(other.commit(Transaction.builder().delete(ONE).build())).isTrue();
        assertThat(store.get(ONE)).isEmpty();
        assertThat(store.list("lease")).isEmpty();
    }

    @Test
    void revisionsGrowAndNoneIsUsedTwice() {
        long last = 0;
        for (int i = 0; i < 5; i++) {
            Store each = i % 2 == 0 ? store : other;
            long first = put(each, ONE, "{}");
            long second = put(each, TWO, "{}");
            each.commit(Transaction.builder().delete(ONE).delete(TWO).build());
            assertThat(first).isGreaterThan(last);
            assertThat(second).isGreaterThan(first);
            last = second;
        }
    }

    @Test
    void aTransactionMayHaveAHundredParts() {
        Transaction.Builder builder = Transaction.builder();
        for (int i = 0; i < Transaction.MAX_OPERATIONS; i++) {
            builder.put(new RecordKey("lease", "n" + i), "{}");
        }
        assertThat(store.commit(builder.build())).isTrue();
        assertThat(other.list("lease")).hasSize(Transaction.MAX_OPERATIONS);
    }

    @Test
    void noIncrementIsLost() throws Exception {
        put(store, ONE, "{\"n\":0}");
        concurrently(8, thread -> {
            for (int i = 0; i < 25; i++) {
                increment(thread % 2 == 0 ? store : other, ONE);
            }
        });
        assertThat(store.get(ONE).orElseThrow().json()).isEqualTo("{\"n\":200}");
    }

    @Test
    void aListIsOfOneMoment() throws Exception {
        // Always moved together: a list that has them differ is of two moments.
        List<RecordKey> keys = new ArrayList<>();
        Transaction.Builder first = Transaction.builder();
        for (int i = 0; i < 20; i++) {
            keys.add(new RecordKey("lease", "n" + i));
            first.put(keys.get(i), "{\"n\":0}");
        }
        store.commit(first.build());
        concurrently(3, thread -> {
            for (int i = 1; i <= 40; i++) {
                if (thread == 0) {
                    Transaction.Builder next = Transaction.builder();
                    String json = "{\"n\":" + i + "}";
                    keys.forEach(key -> next.put(key, json));
                    store.commit(next.build());
                } else {
                    assertThat((thread == 1 ? store : other)
                                    .list("lease").stream()
                                            .map(StoredRecord::json)
                                            .distinct())
                            .hasSize(1);
                }
            }
        });
        assertThat(other.list("lease")).extracting(StoredRecord::json).containsOnly("{\"n\":40}");
    }

    @Test
    void anInterruptedCallerIsServedAndStaysInterrupted() throws Exception {
        concurrently(1, thread -> {
            Thread.currentThread().interrupt();
            put(store, ONE, "{}");
            assertThat(store.get(ONE)).isPresent();
            assertThat(store.list("lease")).hasSize(1);
            store.putBlob("b", new byte[1]);
            assertThat(store.getBlob("b")).isPresent();
            assertThat(store.blobs()).hasSize(1);
            store.deleteBlob("b");
            store.appendHistory(Instant.now(), "{}");
            assertThat(store.history(Instant.EPOCH)).hasSize(1);
            store.watch("lease", change -> {}).close();
            assertThat(Thread.interrupted()).isTrue();
        });
        put(store, TWO, "{}");
        assertThat(other.list("lease")).hasSize(2);
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

    @Test
    void secretsAreKeptByName() {
        byte[] secret = "s\0é\n".getBytes(StandardCharsets.UTF_8);
        store.putBlob("key.1-a", secret);
        store.putBlob("another", new byte[0]);
        store.putBlob("x".repeat(200), new byte[100_000]);
        assertThat(other.getBlob("key.1-a")).hasValue(secret);
        assertThat(other.getBlob("another")).hasValue(new byte[0]);
        assertThat(other.getBlob("none")).isEmpty();
        assertThat(other.blobs()).containsExactlyInAnyOrder("another", "key.1-a", "x".repeat(200));

        other.putBlob("key.1-a", new byte[] {1});
        assertThat(store.getBlob("key.1-a")).hasValue(new byte[] {1});
        store.deleteBlob("key.1-a");
        store.deleteBlob("key.1-a");
        assertThat(other.getBlob("key.1-a")).isEmpty();
        assertThat(other.blobs()).hasSize(2);
    }

    @Test
    void otherNamesOfSecretsAreRefused() {
        for (String name : List.of("", ".", "..", "a/b", "../a", "a b", "x".repeat(201), "a\0", "ä")) {
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> store.putBlob(name, new byte[1]));
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> store.getBlob(name));
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> store.deleteBlob(name));
        }
        assertThat(store.blobs()).isEmpty();
    }

    @Test
    void historyIsToldFromAMomentOnOldestFirst() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        store.appendHistory(now, "{\"n\":3}");
        other.appendHistory(now.minus(6, ChronoUnit.DAYS), "{\"n\":1}");
        store.appendHistory(now.minus(1, ChronoUnit.HOURS), "{\"n\":2}");

        assertThat(other.history(now.minus(7, ChronoUnit.DAYS))).containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
        assertThat(store.history(Instant.MIN)).hasSize(3);
        assertThat(store.history(now.minus(1, ChronoUnit.HOURS))).containsExactly("{\"n\":2}", "{\"n\":3}");
        assertThat(store.history(now.plusMillis(1))).isEmpty();
    }

    @Test
    void historyTakesSingleLinesOnly() {
        for (String text : List.of("", "x", "{\n}", "{}\n", "{}\r")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> store.appendHistory(Instant.now(), text));
        }
        assertThat(store.history(Instant.EPOCH)).isEmpty();
    }

    @Test
    void aClosedStoreSaysSo() {
        List<Change> changes = new CopyOnWriteArrayList<>();
        store.watch("lease", changes::add);
        store.close();
        store.close();
        List<Callable<Object>> calls = List.of(
                () -> store.commit(Transaction.builder().put(ONE, "{}").build()),
                () -> store.get(ONE),
                () -> store.list("lease"),
                () -> store.watch("lease", changes::add),
                () -> store.getBlob("b"),
                store::blobs,
                () -> store.history(Instant.EPOCH));
        for (Callable<Object> call : calls) {
            assertThatThrownBy(call::call).isInstanceOf(StoreException.class).hasMessageContaining("closed");
        }
        assertThatThrownBy(() -> store.putBlob("b", new byte[1])).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.deleteBlob("b")).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.appendHistory(Instant.now(), "{}")).isInstanceOf(StoreException.class);
        assertThat(changes).isEmpty();
    }

    private static long put(Store store, RecordKey key, String json) {
        assertThat(store.commit(Transaction.builder().put(key, json).build())).isTrue();
        return store.get(key).orElseThrow().revision();
    }

    private static void increment(Store store, RecordKey key) {
        boolean done = false;
        while (!done) {
            StoredRecord found = store.get(key).orElseThrow();
            int n = Integer.parseInt(found.json().replaceAll("\\D", ""));
            done = store.commit(Transaction.builder()
                    .ifRevision(key, found.revision())
                    .put(key, "{\"n\":" + (n + 1) + "}")
                    .build());
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private interface Work {
        void by(int thread) throws Exception;
    }

    private static void concurrently(int threads, Work work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                results.add(executor.submit(() -> {
                    work.by(thread);
                    return null;
                }));
            }
            for (Future<?> result : results) {
                result.get(60, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
