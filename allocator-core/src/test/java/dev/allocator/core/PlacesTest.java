package dev.allocator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.AllocationCancelledException;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.CleanupReport;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.CleanupRequest;
import dev.allocator.Lease;
import dev.allocator.MachineId;
import dev.allocator.NoCapacityException;
import dev.allocator.Phase;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.StoreException;
import dev.allocator.event.Progress;
import dev.allocator.spi.Claim;
import dev.allocator.spi.Place;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Places that have room for some machines only, and profiles of which there may be so many machines. */
class PlacesTest extends ScriptedEngine {

    private final Collection<String> progress = new ConcurrentLinkedQueue<>();

    private static Place place(String name, long gpus) {
        return new Place(name, Map.of("GPU", gpus));
    }

    private static Profile limited(String name, int most) {
        return Profile.named(name, "scripted")
                .readiness(Readiness.none())
                .limit(most)
                .build();
    }

    private Allocator listening(Allocator allocator) {
        allocator.on(Progress.class, event -> progress.add(event.message()));
        return allocator;
    }

    private Claim claim(Lease lease) {
        return provider.taken.get(machine(lease));
    }

    private static MachineId machine(Lease lease) {
        return lease.info().machine().orElseThrow();
    }

    private static AllocationRequest within(Duration timeout) {
        return AllocationRequest.forProfile("demo").timeout(timeout).build();
    }

    private void awaitProgress(String text) {
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(progress).anySatisfy(line -> assertThat(line).contains(text)));
    }

    private List<StoredRecord> places() {
        try (Store store = store()) {
            return store.list("place");
        }
    }

    @Test
    void thePlaceThatIsBestAndHasRoomIsTakenWithTheSmallestNumber() {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 2), place("b", 2));
        Allocator allocator = open();
        Lease first = allocator.allocate("demo");
        Lease second = allocator.allocate("demo");
        Lease third = allocator.allocate("demo");
        assertThat(List.of(claim(first), claim(second), claim(third)))
                .containsExactly(new Claim("a", 0), new Claim("a", 1), new Claim("b", 0));

        first.discard();
        assertThat(claim(allocator.allocate("demo"))).isEqualTo(new Claim("a", 0));
    }

    @Test
    void aResourceThatAPlaceDoesNotNameIsNotThere() {
        provider.claims = Map.of("GPU", 1L, "LICENCE", 0L);
        provider.places = List.of(new Place("a", Map.of("CPU", 9L)), place("b", 1));
        assertThat(claim(open().allocate("demo"))).isEqualTo(new Claim("b", 0));
    }

    @Test
    void whoWaitedPlansAgainAndGetsNoPlaceThatIsOneNoMore() throws Exception {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 1));
        Allocator allocator = listening(open());
        Lease first = allocator.allocate("demo");
        CompletableFuture<Lease> second =
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
        awaitProgress("waiting for room at a");
        long waiting = System.nanoTime();
        await().until(() ->
                System.nanoTime() - waiting > Duration.ofMillis(1100).toNanos());

        provider.places = List.of(place("b", 1));
        first.discard();

        assertThat(claim(second.get(30, TimeUnit.SECONDS))).isEqualTo(new Claim("b", 0));
    }

    @Test
    void whoPlansAgainKeepsItsTurn() throws Exception {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 1));
        Allocator allocator = listening(open());
        Lease holder = allocator.allocate("demo");
        CompletableFuture<Lease> first =
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
        awaitProgress("waiting for room at a");
        long waiting = System.nanoTime();
        await().until(() ->
                System.nanoTime() - waiting > Duration.ofMillis(1100).toNanos());
        progress.clear();
        CompletableFuture<Lease> newcomer =
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
        awaitProgress("waiting for room at a");

        holder.discard();

        Lease next = first.get(30, TimeUnit.SECONDS);
        assertThat(newcomer).isNotDone();
        next.discard();
        newcomer.get(30, TimeUnit.SECONDS).discard();
    }

    @Test
    void whatFitsNowhereFailsAtOnce() {
        provider.claims = Map.of("GPU", 3L);
        provider.places = List.of(place("a", 2), place("b", 1));
        assertThatThrownBy(() -> open().allocate("demo")).isInstanceOfSatisfying(NoCapacityException.class, e -> {
            assertThat(e.isRetryable()).isFalse();
            assertThat(e.failure().phase()).isEqualTo(Phase.RECORD);
            assertThat(e.failure().reason()).isEqualTo("no place is large enough for GPU 3: a has GPU 2; b has GPU 1");
        });
        assertThat(provider.destroys).hasValue(0);
    }

    @Test
    void whoFindsNoRoomWaitsAndIsToldForWhom() throws Exception {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 1), place("b", 1));
        Allocator allocator = listening(open());
        Lease one = allocator.allocate("demo");
        Lease two = allocator.allocate("demo");
        CompletableFuture<Lease> third =
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
        awaitProgress("waiting for room at a, b: a is taken by lease " + one.id() + " (demo); b is taken by lease "
                + two.id() + " (demo)");

        two.discard();

        assertThat(claim(third.get(30, TimeUnit.SECONDS))).isEqualTo(new Claim("b", 0));
        assertThat(progress)
                .filteredOn(line -> line.startsWith("waiting for room"))
                .hasSize(1);
    }

    @Test
    void theRoomOfAnotherAllocatorsMachineIsSeenWhenItIsGivenBack() throws Exception {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 1));
        Lease one = open().allocate("demo");
        Allocator other = listening(open());
        CompletableFuture<Lease> two =
                other.allocateAsync(AllocationRequest.forProfile("demo").build());
        awaitProgress("a is taken by lease " + one.id());

        one.discard();

        assertThat(claim(two.get(30, TimeUnit.SECONDS))).isEqualTo(new Claim("a", 0));
    }

    @Test
    void whoHasWaitedInVainIsToldWhoHasTheRoom() {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 1));
        Allocator allocator = open();
        Lease one = allocator.allocate("demo");
        assertThatThrownBy(() -> allocator.allocate(within(Duration.ofMillis(200))))
                .isInstanceOfSatisfying(NoCapacityException.class, e -> {
                    assertThat(e.isRetryable()).isTrue();
                    assertThat(e.failure().reason())
                            .isEqualTo("no room at a within 200ms: a is taken by lease " + one.id() + " (demo)");
                });
        assertThat(provider.creates).hasValue(1);
        assertThat(provider.destroys).hasValue(0);
        one.discard();
        assertNothingLeft();
    }

    @Test
    void whoIsCancelledWaitsNoLongerAndTheNextGetsTheRoom() throws Exception {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 1));
        Allocator allocator = listening(open());
        Lease one = allocator.allocate("demo");
        CompletableFuture<Lease> second =
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
        awaitProgress("waiting for room at a");
        CompletableFuture<Lease> third =
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
        assertThat(second.cancel(true)).isTrue();
        one.discard();
        third.get(30, TimeUnit.SECONDS).discard();
        assertThat(provider.creates).hasValue(2);
        assertNothingLeft();
    }

    @Test
    void anInterruptedCallerReturnsAtOnce() {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 1));
        Allocator allocator = open();
        allocator.allocate("demo");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> allocator.allocate("demo")).isInstanceOf(AllocationCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void roomIsGivenInOrderOfArrival() throws Exception {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 1));
        Allocator allocator = listening(open());
        Lease holder = allocator.allocate("demo");
        List<CompletableFuture<Lease>> waiting = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            progress.clear();
            waiting.add(
                    allocator.allocateAsync(AllocationRequest.forProfile("demo").build()));
            awaitProgress("waiting for room");
        }
        Lease next = holder;
        for (int i = 0; i < 5; i++) {
            next.discard();
            await().atMost(SOON)
                    .until(() -> waiting.stream().filter(Future::isDone).count() == order.size() + 1);
            for (int j = 0; j < 5; j++) {
                if (waiting.get(j).isDone() && !order.contains(j)) {
                    order.add(j);
                    next = waiting.get(j).get();
                }
            }
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void whoWaitsForALargeRoomIsNotOvertakenButHoldsUpNoOtherPlace() throws Exception {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 2));
        Allocator allocator = listening(open());
        Lease small = allocator.allocate("demo");

        provider.claims = Map.of("GPU", 2L);
        CompletableFuture<Lease> large =
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
        awaitProgress("waiting for room at a: a is taken by lease " + small.id());

        provider.claims = Map.of("GPU", 1L);
        progress.clear();
        CompletableFuture<Lease> late =
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
        awaitProgress("waiting for room at a: a is taken by lease " + small.id());
        provider.places = List.of(place("a", 2), place("b", 1));
        Lease elsewhere = allocator.allocate("demo");
        assertThat(claim(elsewhere)).isEqualTo(new Claim("b", 0));
        assertThat(late).isNotDone();

        small.discard();
        assertThat(claim(large.get(30, TimeUnit.SECONDS))).isEqualTo(new Claim("a", 0));
        assertThat(late).isNotDone();
        large.get().discard();
        assertThat(claim(late.get(30, TimeUnit.SECONDS))).isEqualTo(new Claim("a", 0));
    }

    @Test
    void aLimitHoldsForAProfileWhateverItsProviderHas() throws Exception {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 9));
        Allocator allocator = listening(open(options().profile(limited("few", 2))));
        Lease one = allocator.allocate("few");
        Lease two = allocator.allocate("few");
        assertThat(claim(allocator.allocate("demo"))).isEqualTo(new Claim("a", 2));

        CompletableFuture<Lease> third =
                allocator.allocateAsync(AllocationRequest.forProfile("few").build());
        awaitProgress("waiting for room within the limit of 2 of profile 'few': taken by lease " + one.id()
                + " (few), lease " + two.id() + " (few)");
        assertThat(claim(allocator.allocate("demo"))).isEqualTo(new Claim("a", 3));
        one.discard();
        assertThat(claim(third.get(30, TimeUnit.SECONDS))).isEqualTo(new Claim("a", 0));
    }

    @Test
    void aFailedCreationGivesItsRoomBack() {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 1));
        Allocator allocator = open(options().profile(limited("few", 1)));
        provider.create = ScriptedProvider.failing("no power");
        assertThatThrownBy(() -> allocator.allocate("few")).hasMessageContaining("no power");
        assertNothingLeft();
        provider.create = machine -> {};
        allocator.allocate("few").discard();
        assertNothingLeft();
    }

    @Test
    void aMachineThatCannotBeDestroyedKeepsItsRoom() {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 1));
        Allocator allocator = open();
        Lease one = allocator.allocate("demo");
        provider.destroy = ScriptedProvider.failing("the host is away");
        assertThatThrownBy(one::discard).hasMessageContaining("the host is away");
        assertThatThrownBy(() -> allocator.allocate(within(Duration.ofMillis(200))))
                .isInstanceOf(NoCapacityException.class)
                .hasMessageContaining(one.id().value());
    }

    @Test
    void aRecordThatCannotBeReadIsAnErrorAndStaysAsItIs() {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 2));
        Allocator allocator = open();
        Lease one = allocator.allocate("demo");
        RecordKey key = places().get(0).key();
        String before = places().get(0).json();
        edit(key, tree -> tree.put("format", 99));
        String newer = places().get(0).json();

        assertThatThrownBy(() -> allocator.allocate("demo"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("record " + key + " has format 99");
        assertThatThrownBy(one::discard).hasMessageContaining("record " + key + " has format 99");
        assertThat(places()).singleElement().extracting(StoredRecord::json).isEqualTo(newer);

        edit(key, tree -> tree.put("format", 1));
        assertThat(places().get(0).json()).isEqualTo(before);
        one.discard();
        assertNothingLeft();
    }

    @Test
    void otherPlacesAreStillTakenIfOneRecordCannotBeRead() {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 1), place("b", 1));
        Allocator allocator = open();
        Lease one = allocator.allocate("demo");
        RecordKey key = places().get(0).key();
        edit(key, tree -> tree.put("holdings", "none"));
        edit(key, tree -> tree.putArray("holdings").add("nonsense"));
        assertThat(claim(allocator.allocate("demo"))).isEqualTo(new Claim("b", 0));
        assertThatThrownBy(() -> allocator.allocate("demo")).hasMessageContaining("it is damaged");
        try (Store store = store()) {
            store.commit(Transaction.builder().delete(key).build());
        }
        one.discard();
    }

    @Test
    void aCleanUpPutsADamagedRecordTogetherAgain() {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 2));
        Allocator allocator = open();
        Lease one = allocator.allocate("demo");
        Lease two = allocator.allocate("demo");
        RecordKey key = places().get(0).key();
        edit(key, tree -> tree.putArray("holdings").add("nonsense"));
        String damaged = places().get(0).json();

        assertThat(allocator.cleanup(CleanupRequest.everything().dryRun()).entries())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.subject()).isEqualTo("damaged record " + key);
                    assertThat(entry.outcome()).isEqualTo(Outcome.DESTROYED);
                });
        assertThat(places()).singleElement().extracting(StoredRecord::json).isEqualTo(damaged);
        assertThat(allocator.cleanup().entries()).hasSize(1);
        assertThat(allocator.cleanup().entries()).isEmpty();

        assertThatThrownBy(() -> allocator.allocate(within(Duration.ofMillis(100))))
                .hasMessageContaining(one.id().value())
                .hasMessageContaining(two.id().value());
        one.discard();
        assertThat(claim(allocator.allocate("demo"))).isEqualTo(new Claim("a", 0));
    }

    @Test
    void aCleanUpDropsRoomOfMachinesWithoutRecord() {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(place("a", 1));
        Allocator allocator = open();
        Lease one = allocator.allocate("demo");
        forget(one);
        assertThatThrownBy(() -> allocator.allocate(within(Duration.ofMillis(100))))
                .isInstanceOf(NoCapacityException.class);
        assertThat(allocator.cleanup().entries())
                .extracting(CleanupReport.Entry::subject)
                .anyMatch(subject -> subject.startsWith("room of lease " + one.id()));
        assertThat(claim(allocator.allocate("demo"))).isEqualTo(new Claim("a", 0));
    }

    @Test
    void manyThreadsOfTwoAllocatorsNeverGetMoreThanThereIs() throws Exception {
        provider.claims = Map.of("GPU", 2L);
        provider.places = List.of(place("a", 5), place("b", 2), place("c", 1));
        List<Allocator> allocators = List.of(
                open(options().profile(limited("few", 2))), open(options().profile(limited("few", 2))));
        Set<Claim> inUse = ConcurrentHashMap.newKeySet();
        Collection<String> clashes = new ConcurrentLinkedQueue<>();
        provider.create = machine -> {
            if (!inUse.add(provider.taken.get(machine))) {
                clashes.add("two at " + provider.taken.get(machine));
            }
        };
        provider.destroy = machine -> {
            if (!inUse.remove(provider.taken.get(machine))) {
                clashes.add("nobody at " + provider.taken.get(machine));
            }
        };
        int threads = 12;
        int each = 8;
        ExecutorService callers = Executors.newFixedThreadPool(threads);
        try {
            long begin = System.nanoTime();
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Allocator allocator = allocators.get(i % 2);
                String profile = i % 3 == 0 ? "few" : "demo";
                all.add(callers.submit(() -> {
                    for (int j = 0; j < each; j++) {
                        try (Lease lease = allocator.allocate(profile)) {
                            if (inUse.size() > 3 || !inUse.contains(claim(lease))) {
                                clashes.add("in use: " + inUse);
                            }
                        }
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get(100, TimeUnit.SECONDS);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf(
                    "%d threads of 2 allocators shared 3 slots: %d allocations in %.1f s (%.0f each second)%n",
                    threads, threads * each, seconds, threads * each / seconds);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } finally {
            callers.shutdownNow();
        }
        assertThat(clashes).isEmpty();
        assertNothingLeft();
    }
}
