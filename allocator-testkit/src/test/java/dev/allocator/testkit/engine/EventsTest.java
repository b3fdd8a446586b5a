package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.EndReason;
import dev.allocator.Lease;
import dev.allocator.LeaseId;
import dev.allocator.Phase;
import dev.allocator.Secret;
import dev.allocator.event.AllocatorEvent;
import dev.allocator.event.LeaseEnded;
import dev.allocator.event.LeaseEvent;
import dev.allocator.event.LeaseReady;
import dev.allocator.event.PhaseStarted;
import dev.allocator.event.Progress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventsTest extends EngineTest {

    @Test
    void eventsOfEachLeaseComeInOrder() {
        Allocator allocator = open(demo().setup("true").build());
        List<LeaseEvent> events = new CopyOnWriteArrayList<>();
        allocator.on(LeaseEvent.class, events::add);
        List<CompletableFuture<Lease>> allocations = IntStream.range(0, 5)
                .mapToObj(i -> allocator.allocateAsync(AllocationRequest.forProfile("demo")
                        .credentials("other", Secret.of("password")) // so that there is something to do in each phase
                        .build()))
                .toList();
        List<LeaseId> leases = allocations.stream().map(a -> a.join().id()).toList();
        allocations.forEach(allocation -> allocation.join().close());
        await().atMost(SOON)
                .until(() ->
                        events.stream().filter(LeaseEnded.class::isInstance).count() == 5);
        for (LeaseId lease : leases) {
            List<LeaseEvent> own = events.stream()
                    .filter(event -> event.leaseId().equals(lease) && !(event instanceof Progress))
                    .toList();
            assertThat(own)
                    .filteredOn(PhaseStarted.class::isInstance)
                    .extracting(event -> ((PhaseStarted) event).phase())
                    .containsExactly(Phase.values());
            assertThat(own.subList(own.size() - 2, own.size()))
                    .hasExactlyElementsOfTypes(LeaseReady.class, LeaseEnded.class);
            assertThat(((LeaseEnded) own.get(own.size() - 1)).reason()).isEqualTo(EndReason.DISCARDED);
            assertThat(own).extracting(LeaseEvent::profile).containsOnly("demo");
        }
        assertThat(events)
                .filteredOn(Progress.class::isInstance)
                .extracting(event -> ((Progress) event).message())
                .contains("running step 1", "making an in-process machine");
    }

    @Test
    void theEndOfALeaseIsToldOnceHoweverManyEndIt() {
        Allocator allocator = open(demo().build());
        AtomicInteger ended = new AtomicInteger();
        CountDownLatch last = new CountDownLatch(1);
        allocator.on(LeaseEnded.class, event -> ended.incrementAndGet());
        Lease lease = allocator.allocate("demo");
        List<CompletableFuture<Void>> discards = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(lease::discard))
                .toList();
        discards.forEach(CompletableFuture::join);
        allocator.on(LeaseEnded.class, event -> last.countDown());
        allocator.allocate("demo").close();
        await().atMost(SOON).until(() -> last.getCount() == 0);
        assertThat(ended).hasValue(2);
    }

    @Test
    void whatHandlersThrowHarmsNobody() {
        Allocator allocator = open(demo().build());
        allocator.on(AllocatorEvent.class, event -> {
            throw new IllegalStateException("a handler's bug");
        });
        allocator.on(AllocatorEvent.class, event -> {
            throw new AssertionError("a handler's failed assertion");
        });
        List<AllocatorEvent> events = new CopyOnWriteArrayList<>();
        allocator.on(AllocatorEvent.class, events::add);
        allocator.allocate("demo").close();
        await().atMost(SOON).until(() -> events.stream().anyMatch(LeaseEnded.class::isInstance));
        assertThat(events).hasSizeGreaterThan(8);
    }

    @Test
    void aClosedSubscriptionHearsNothing() {
        Allocator allocator = open(demo().build());
        AtomicInteger heard = new AtomicInteger();
        AtomicInteger all = new AtomicInteger();
        Allocator.Subscription subscription = allocator.on(LeaseEnded.class, event -> heard.incrementAndGet());
        allocator.on(LeaseEnded.class, event -> all.incrementAndGet());
        allocator.allocate("demo").close();
        await().atMost(SOON).until(() -> all.get() == 1);
        subscription.close();
        subscription.close();
        allocator.allocate("demo").close();
        await().atMost(SOON).until(() -> all.get() == 2);
        assertThat(heard).hasValue(1);
    }

    @Test
    void aSlowHandlerDelaysNoAllocation() {
        Allocator allocator = open(demo().build());
        CountDownLatch release = new CountDownLatch(1);
        List<LeaseEvent> events = new CopyOnWriteArrayList<>();
        allocator.on(LeaseEvent.class, event -> {
            try {
                release.await();
                events.add(event);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        allocator.allocate("demo").close();
        assertThat(events).isEmpty();
        release.countDown();
        await().atMost(SOON).until(() -> events.stream().anyMatch(LeaseEnded.class::isInstance));
    }

    @Test
    void aHandlerMayCloseItsAllocator() {
        Allocator allocator = open(demo().build());
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        allocator.on(LeaseReady.class, event -> {
            allocator.close();
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        try {
            allocator.allocate("demo");
        } catch (dev.allocator.AllocationCancelledException e) {
            assertThat(e).hasMessageContaining("cancelled"); // the handler was faster than the hand-over
        }
        assertThat(interrupted.orTimeout(30, java.util.concurrent.TimeUnit.SECONDS))
                .succeedsWithin(SOON);
        awaitNothingLeft();
        await().atMost(SOON)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("allocator-events")));
    }
}
