package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What records promise. */
abstract class RecordPromises extends WatchPromises {

    /** {@code Store}: a new one holds nothing, and all views of it are of one realm. */
    @Test
    protected void anEmptyStoreHasNothing() throws Exception {
        assertThat(store.get(ONE)).isEmpty();
        assertThat(store.list("lease")).isEmpty();
        assertThat(store.blobs()).isEmpty();
        assertThat(store.history(Instant.MIN)).isEmpty();
        assertThat(other.realm()).isEqualTo(store.realm());
    }

    /** {@code StoredRecord.json}: the very text, whatever is in it. */
    @Test
    protected void aRecordIsKeptAsItWasGiven() throws Exception {
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

    /** {@code Transaction.put} takes one JSON object; a transaction with anything else is refused as a whole. */
    @Test
    protected void whatIsNoJsonObjectIsRefused() throws Exception {
        for (String text : List.of("", " ", "1", "[]", "{", "{}{}", "{\"a\":\"}", "{]}}", "{\"a\":1}\n")) {
            assertThatIllegalArgumentException()
                    .as(text)
                    .isThrownBy(() -> store.commit(
                            Transaction.builder().put(TWO, "{}").put(ONE, text).build()));
        }
        assertThat(store.list("lease")).isEmpty();
    }

    /** {@code RecordKey}: whatever it allows can be stored, also names that differ in case only. */
    @Test
    protected void everyKindAndNameThatAKeyAllowsCanBeStored() throws Exception {
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

    /** {@code Store.list}: all records of a kind, sorted by name. */
    @Test
    protected void recordsOfAKindAreListedByName() throws Exception {
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

    /** {@code Store.commit}: all of it if all its conditions hold, nothing otherwise. */
    @Test
    protected void aTransactionIsAppliedAsAWholeOrNotAtAll() throws Exception {
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

    /** {@code Transaction.ifAbsent} and {@code ifRevision}: conditions on what is and is not there. */
    @Test
    protected void aRecordThatExistsIsNotAbsent() throws Exception {
        put(store, ONE, "{}");
        assertThat(other.commit(Transaction.builder().ifAbsent(ONE).build())).isFalse();
        assertThat(other.commit(Transaction.builder().ifAbsent(TWO).build())).isTrue();
        assertThat(other.commit(Transaction.builder().ifRevision(TWO, 1).build()))
                .isFalse();
    }

    /** {@code Transaction.delete}: deletes a record, if it exists. */
    @Test
    protected void deletingWhatDoesNotExistIsFine() throws Exception {
        assertThat(store.commit(Transaction.builder().delete(ONE).build())).isTrue();
        put(store, ONE, "{}");
        assertThat(other.commit(Transaction.builder().delete(ONE).build())).isTrue();
        assertThat(store.get(ONE)).isEmpty();
        assertThat(store.list("lease")).isEmpty();
    }

    /** {@code StoredRecord.revision}: grows with every change of the store, also after records were deleted. */
    @Test
    protected void revisionsGrowAndNoneIsUsedTwice() throws Exception {
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

    /** {@code Transaction}: up to 100 conditions and changes. */
    @Test
    protected void aTransactionMayHaveAHundredParts() throws Exception {
        Transaction.Builder builder = Transaction.builder();
        for (int i = 0; i < Transaction.MAX_OPERATIONS; i++) {
            builder.put(new RecordKey("lease", "n" + i), "{}");
        }
        assertThat(store.commit(builder.build())).isTrue();
        assertThat(other.list("lease")).hasSize(Transaction.MAX_OPERATIONS);
    }

    /** {@code Store}: may be called by many threads; a condition holds at the very moment of the commit. */
    @Test
    protected void noIncrementIsLost() throws Exception {
        put(store, ONE, "{\"n\":0}");
        concurrently(8, thread -> {
            for (int i = 0; i < 25; i++) {
                StoreProgram.increment(thread % 2 == 0 ? store : other, ONE);
            }
        });
        assertThat(store.get(ONE).orElseThrow().json()).isEqualTo("{\"n\":200}");
    }

    /** {@code Store.list}: all records of a kind as of one moment. */
    @Test
    protected void aListIsOfOneMoment() throws Exception {
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

    /** {@code Store}: methods are not disturbed by an interrupted caller, whose flag stays set. */
    @Test
    protected void anInterruptedCallerIsServedAndStaysInterrupted() throws Exception {
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

    interface Work {
        void by(int thread) throws Exception;
    }

    static void concurrently(int threads, Work work) throws Exception {
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
