package dev.allocator.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.StoreException;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.Store.Change;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every store promises. A store's test extends it. */
abstract class StoreContract extends StoreWatchContract {

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
