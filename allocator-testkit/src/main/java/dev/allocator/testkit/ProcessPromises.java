package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoreFactory;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What several processes on one store are promised, some of which die; damage; many records. */
abstract class ProcessPromises extends SecretAndHistoryPromises {

    private static final int PROCESSES = 3;
    private static final int TIMES = 50;
    private static final int KILLS = 8;
    private static final int LONGEST_MILLIS = 120;
    private static final int MANY = 10_000;

    /** {@code Store}: safely against other processes; a condition holds at the very moment of the commit. */
    @Test
    protected void noIncrementOfManyProcessesIsLost() throws Exception {
        StoreFactory factory = forkable();
        put(store, StoreProgram.COUNTER, StoreProgram.number(0));
        List<ForkedJvm> forks = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                forks.add(ForkedJvm.start(
                        folder(), StoreProgram.class, StoreProgram.increment(factory, settings(), state(), TIMES)));
            }
            for (int i = 0; i < TIMES; i++) {
                StoreProgram.increment(store, StoreProgram.COUNTER);
            }
            for (ForkedJvm fork : forks) {
                fork.awaitSuccess();
            }
        } finally {
            forks.forEach(ForkedJvm::close);
        }
        assertThat(StoreProgram.number(store.get(StoreProgram.COUNTER).orElseThrow()))
                .as("the sum of what " + PROCESSES + " processes and this one added")
                .isEqualTo((PROCESSES + 1) * TIMES);
    }

    /**
     * {@code Store.commit}: all of it or nothing, durable when it returns. A writing process is killed (-9) at random
     * instants, whose seed is printed; {@code -Dallocator.contract.seed=N} repeats them.
     */
    @Test
    protected void whatAKilledProcessCommittedIsThereAndWhole() throws Exception {
        StoreFactory factory = forkable();
        long seed = Long.getLong("allocator.contract.seed", new Random().nextLong());
        LOG.warn("writers are killed at random instants, seed {}", seed);
        Random random = new Random(seed);
        long revision = 0;
        for (int kill = 1; kill <= KILLS; kill++) {
            int told;
            try (ForkedJvm writer =
                    ForkedJvm.start(folder(), StoreProgram.class, StoreProgram.endless(factory, settings(), state()))) {
                told = Integer.parseInt(writer.requireLine());
                Eventually.pause(java.time.Duration.ofNanos(random.nextInt(LONGEST_MILLIS * 1_000_000)));
                writer.kill();
                for (@Nullable String line = writer.line(); line != null && !line.isEmpty(); line = writer.line()) {
                    told = Integer.parseInt(line);
                }
            }
            revision = assertWhole("kill " + kill + " with seed " + seed, told, revision);
        }
    }

    private long assertWhole(String when, int told, long before) {
        try (Store fresh = open()) {
            StoredRecord counter = fresh.get(StoreProgram.COUNTER).orElseThrow();
            StoredRecord mirror = fresh.get(StoreProgram.MIRROR).orElseThrow();
            int n = StoreProgram.number(counter);
            assertThat(n)
                    .as(when + ": what was acknowledged is there, and at most the one commit that was under way")
                    .isBetween(told, told + 1);
            assertThat(mirror.json()).as(when + ": records of one transaction").isEqualTo(counter.json());
            assertThat(mirror.revision()).as(when + ": their revisions").isEqualTo(counter.revision());
            assertThat(fresh.get(ring(n)).orElseThrow().revision())
                    .as(when + ": their revisions")
                    .isEqualTo(counter.revision());
            assertThat(fresh.get(ring(n + 1)))
                    .as(when + ": what that transaction deleted")
                    .isEmpty();
            assertThat(fresh.list("lease")).as(when + ": the list").hasSize(Math.min(n, StoreProgram.RING - 1) + 1);
            assertThat(fresh.getBlob("secret-" + n % StoreProgram.RING))
                    .as(when + ": a secret is written before the record that needs it")
                    .hasValueSatisfying(secret -> assertThat(new String(secret, StandardCharsets.UTF_8))
                            .isIn(StoreProgram.number(n), StoreProgram.number(n + StoreProgram.RING)));
            assertThat(fresh.history(Instant.EPOCH))
                    .as(when + ": the history of what was acknowledged")
                    .containsAll(Stream.iterate(1, i -> i + 1)
                            .limit(told)
                            .map(StoreProgram::number)
                            .toList());
            long next = put(fresh, new RecordKey("check", "next"), "{}");
            assertThat(next)
                    .as(when + ": revisions grow on")
                    .isGreaterThan(counter.revision())
                    .isGreaterThan(before);
            return next;
        }
    }

    private static RecordKey ring(int n) {
        return new RecordKey("lease", "n" + n % StoreProgram.RING);
    }

    /** {@code StoredRecord}: a damaged one is told rather than left out, until someone overwrites or deletes it. */
    @Test
    protected void aDamagedRecordProtectsWhatItStandsFor() throws Exception {
        put(store, ONE, "{\"v\":1}");
        put(store, TWO, "{\"v\":2}");
        boolean damaging = damage(ONE) && damage(TWO);
        if (!damaging) {
            throw notChecked("the contract's damage() is not overridden");
        }
        try (Store fresh = open()) {
            StoredRecord damaged = fresh.get(ONE).orElseThrow(() -> new AssertionError("a damaged record is left out"));
            assertThat(damaged.readable())
                    .as("whether a damaged record is readable")
                    .isFalse();
            assertThat(fresh.list("lease"))
                    .as("the list with damaged records")
                    .hasSize(2)
                    .contains(damaged);
            assertThat(fresh.commit(
                            Transaction.builder().ifAbsent(ONE).put(ONE, "{}").build()))
                    .as("a damaged record is not absent")
                    .isFalse();
            assertThat(fresh.commit(Transaction.builder()
                            .ifRevision(ONE, StoredRecord.UNREADABLE)
                            .put(ONE, "{\"v\":3}")
                            .build()))
                    .as("conditions may name UNREADABLE")
                    .isTrue();
            assertThat(fresh.get(ONE).orElseThrow().json()).isEqualTo("{\"v\":3}");
            assertThat(fresh.commit(Transaction.builder().delete(TWO).build())).isTrue();
            assertThat(fresh.get(TWO)).as("a damaged record that was deleted").isEmpty();
        }
    }

    /** {@code Store}: nothing is lost or left out with ten thousand records. */
    @Test
    protected void tenThousandRecordsAreKept() {
        String json = "{\"x\":\"" + "x".repeat(400) + "\"}";
        for (int i = 0; i < MANY; i += Transaction.MAX_OPERATIONS) {
            Transaction.Builder next = Transaction.builder();
            for (int j = i; j < i + Transaction.MAX_OPERATIONS; j++) {
                next.put(new RecordKey("lease", "n" + j), json);
            }
            assertThat(store.commit(next.build())).isTrue();
        }
        assertThat(other.list("lease"))
                .hasSize(MANY)
                .allMatch(found -> found.json().equals(json));
        RecordKey last = new RecordKey("lease", "n" + (MANY - 1));
        long revision = other.get(last).orElseThrow().revision();
        assertThat(other.commit(Transaction.builder()
                        .ifRevision(last, revision)
                        .delete(last)
                        .build()))
                .isTrue();
        assertThat(store.list("lease")).hasSize(MANY - 1);
    }

    private StoreFactory forkable() {
        StoreFactory factory = factory();
        if (!shared()) {
            throw notChecked("the store belongs to one process");
        }
        if (Stream.of(factory.getClass().getDeclaredConstructors()).noneMatch(one -> one.getParameterCount() == 0)) {
            throw notChecked(factory.getClass().getName()
                    + " has no constructor without parameters, so that no other JVM can use it");
        }
        return factory;
    }
}
