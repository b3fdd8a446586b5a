package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.AllocationCancelledException;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.EndReason;
import dev.allocator.Lease;
import dev.allocator.LeaseId;
import dev.allocator.Phase;
import dev.allocator.Secret;
import dev.allocator.event.LeaseEnded;
import dev.allocator.event.PhaseStarted;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CancellationTest extends EngineTest {

    /** Asks for another user, so that there is something to do in each phase. */
    private static AllocationRequest request() {
        return AllocationRequest.forProfile("demo")
                .credentials("other", Secret.of("password"))
                .build();
    }

    @ParameterizedTest
    @MethodSource("phases")
    void cancellingInAnyPhaseLeavesNothing(Phase phase) {
        Allocator allocator = open(stuckIn(phase));
        CompletableFuture<Void> reached = new CompletableFuture<>();
        allocator.on(PhaseStarted.class, event -> {
            if (event.phase() == phase) {
                reached.complete(null);
            }
        });
        CompletableFuture<Lease> allocation = allocator.allocateAsync(request());
        reached.join();

        boolean cancelled = allocation.cancel(true);

        if (cancelled) { // phases without a wait may be over by now
            assertThat(allocation).isCancelled();
            assertThatThrownBy(allocation::get).isInstanceOf(CancellationException.class);
            assertThatThrownBy(allocation::join).isInstanceOf(CancellationException.class);
        } else {
            allocation.join().close();
        }
        awaitNothingLeft();
        assertThat(allocator.ended())
                .allSatisfy(ended ->
                        assertThat(ended.reason()).isEqualTo(cancelled ? EndReason.CANCELLED : EndReason.DISCARDED));
        assertThat(files("evidence")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("phases")
    void anInterruptedCallerReturnsAndNothingIsLeft(Phase phase) throws Exception {
        Allocator allocator = open(stuckIn(phase));
        CompletableFuture<Void> reached = new CompletableFuture<>();
        allocator.on(PhaseStarted.class, event -> {
            if (event.phase() == phase) {
                reached.complete(null);
            }
        });
        AtomicReference<Object> outcome = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            try {
                outcome.set(allocator.allocate(request()));
            } catch (RuntimeException e) {
                flag.set(Thread.currentThread().isInterrupted());
                outcome.set(e);
            }
        });
        caller.start();
        reached.join();
        caller.interrupt();
        caller.join(SOON.toMillis());

        assertThat(caller.isAlive()).isFalse();
        if (outcome.get() instanceof Lease lease) { // it was ready before the interruption
            lease.close();
        } else {
            assertThat(outcome.get()).isInstanceOf(AllocationCancelledException.class);
            assertThat(flag).isTrue();
        }
        awaitNothingLeft();
        await().atMost(SOON).until(() -> allocator.leases().isEmpty());
    }

    @Test
    void aCallerThatIsInterruptedBeforehandGetsNothing() {
        Allocator allocator = open(demo().build());
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> allocator.allocate("demo")).isInstanceOf(AllocationCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        awaitNothingLeft();
    }

    @Test
    void cancellingWhileItBecomesReadyEitherCancelsOrDoesNot() {
        Allocator allocator = open(demo().build());
        for (int i = 0; i < 30; i++) {
            CompletableFuture<Lease> allocation = allocator.allocateAsync(request());
            int wait = i;
            allocator.on(dev.allocator.event.LeaseReady.class, ready -> {
                if (wait % 2 == 0) {
                    allocation.cancel(true);
                }
            });
            if (wait % 2 == 1) {
                await().pollInterval(java.time.Duration.ofMillis(1))
                        .until(() -> allocator.leases().stream()
                                        .anyMatch(lease -> lease.ready().isPresent())
                                || allocation.isDone());
                allocation.cancel(true);
            }
            try {
                allocation.join().close();
            } catch (CancellationException e) {
                assertThat(allocation).isCancelled();
            }
            awaitNothingLeft();
        }
        assertThat(allocator.ended()).hasSize(30);
    }

    @Test
    void aFutureThatSomeoneElseCompletedHasNoMachine() {
        Allocator allocator = open(demo().setting("ready-after", "1s").build());
        CompletableFuture<Lease> allocation = allocator.allocateAsync(request()).orTimeout(1, TimeUnit.MILLISECONDS);
        assertThatThrownBy(allocation::join).hasCauseInstanceOf(java.util.concurrent.TimeoutException.class);
        await().atMost(SOON).until(() -> allocator.ended().size() == 1);
        awaitNothingLeft();
    }

    @Test
    void whatIsChainedToAnAllocationMayCloseTheAllocator() throws Exception {
        Allocator allocator = open(demo().build());
        CountDownLatch closed = new CountDownLatch(1);
        CompletableFuture<Void> chained = allocator.allocateAsync(request()).thenAccept(lease -> {
            allocator.close();
            closed.countDown();
        });
        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        chained.join();
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"CREATE", "REACH", "SETUP", "READY"})
    void aPendingLeaseCanBeDiscardedByAnotherAllocator(Phase phase) {
        Allocator first = open(stuckIn(phase));
        Allocator second = open(stuckIn(phase));
        List<LeaseId> ended = new CopyOnWriteArrayList<>();
        first.on(LeaseEnded.class, event -> ended.add(event.leaseId()));
        CompletableFuture<LeaseId> reached = new CompletableFuture<>();
        first.on(PhaseStarted.class, event -> {
            if (event.phase() == phase) {
                reached.complete(event.leaseId());
            }
        });
        CompletableFuture<Lease> allocation = first.allocateAsync(request());
        Lease pending = second.lease(reached.join()).orElseThrow();

        pending.discard();

        assertThatThrownBy(allocation::join)
                .cause()
                .isInstanceOf(AllocationCancelledException.class)
                .hasMessageContaining("discarded meanwhile");
        awaitNothingLeft();
        assertThat(second.ended()).singleElement().satisfies(lease -> {
            assertThat(lease.id()).isEqualTo(pending.id());
            assertThat(lease.reason()).isIn(EndReason.DISCARDED, EndReason.CANCELLED);
        });
    }
}
