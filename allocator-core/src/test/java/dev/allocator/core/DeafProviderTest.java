package dev.allocator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorException;
import dev.allocator.EndReason;
import dev.allocator.Lease;
import dev.allocator.LeaseState;
import dev.allocator.ReadinessTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Providers that ignore interrupts, and closing while they do. */
class DeafProviderTest extends ScriptedEngine {

    private static final Duration SHORT = Duration.ofMillis(100);
    /** Enough for what the first allocation of a state directory finds out, about a second. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final CountDownLatch returning = new CountDownLatch(1);
    private final CountDownLatch called = new CountDownLatch(1);

    @AfterEach
    void letItReturn() {
        returning.countDown();
    }

    /** Waits for the test, whoever interrupts it. */
    private void ignoreInterrupts() {
        called.countDown();
        boolean waiting = true;
        while (waiting) {
            try {
                waiting = !returning.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                waiting = true; // as a provider that does not care
            }
        }
    }

    private static AllocationRequest shortly() {
        return AllocationRequest.forProfile("demo").timeout(TIMEOUT).build();
    }

    @Test
    void theCallerIsToldAfterTheDeadlineAndTheRecordEndsOnceItReturns() {
        provider.create = machine -> ignoreInterrupts();
        Allocator allocator = open(options(), SHORT);

        assertThatThrownBy(() -> allocator.allocate(shortly()))
                .isInstanceOfSatisfying(
                        ReadinessTimeoutException.class,
                        e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageContaining("not ready within 5s")
                .hasMessageContaining("provider 'scripted' does not stop")
                .hasMessageContaining("in the background");
        assertThat(onlyLease(allocator).state()).isEqualTo(LeaseState.PENDING);

        returning.countDown();
        await().atMost(SOON).until(() -> allocator.ended().size() == 1);
        assertThat(allocator.ended().get(0).reason()).isEqualTo(EndReason.FAILED);
        awaitNothingLeft();
    }

    @Test
    void aDestroyThatTakesForEverDoesNotKeepTheCallerEither() {
        provider.create = ScriptedProvider.failing("no such luck");
        provider.destroy = machine -> ignoreInterrupts();
        Allocator allocator = open(options(), SHORT);

        assertThatThrownBy(() -> allocator.allocate(shortly())).isInstanceOf(ReadinessTimeoutException.class);

        assertThat(onlyLease(allocator).state()).isEqualTo(LeaseState.ENDING);
        returning.countDown();
        awaitNothingLeft();
    }

    @Test
    void cancellingReturnsAtOnce() throws Exception {
        provider.create = machine -> ignoreInterrupts();
        Allocator allocator = open();
        CompletableFuture<Lease> allocation =
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
        called.await();

        assertThat(allocation.cancel(true)).isTrue();

        returning.countDown();
        await().atMost(SOON).until(() -> allocator.ended().size() == 1);
        assertThat(allocator.ended().get(0).reason()).isEqualTo(EndReason.CANCELLED);
        awaitNothingLeft();
    }

    @Test
    void closingInTimeIsMoreImportantAndTheRecordIsKept() throws Exception {
        Allocator allocator = open(options().closeTimeout(Duration.ofMillis(300)));
        Lease other = allocator.allocate("demo");
        provider.create = machine -> ignoreInterrupts();
        CompletableFuture<Lease> allocation =
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
        called.await();

        assertThatThrownBy(allocator::close)
                .isInstanceOf(AllocatorException.class)
                .hasMessageContaining("within 300ms")
                .hasMessageContaining("records are kept");

        assertThat(allocation).isCancelled();
        assertThat(provider.machines).isEmpty(); // the other one's is destroyed meanwhile
        Allocator later = open();
        assertThat(later.lease(other.id())).isEmpty();
        assertThat(later.leases()).hasSize(1);
        returning.countDown(); // the machine comes to be, and nobody is left to destroy it
        await().atMost(SOON).untilAsserted(() -> {
            later.cleanup();
            assertNothingLeft();
        });
        assertThat(later.ended()).hasSize(2);
    }

    @Test
    void closingDestroysInParallel() throws Exception {
        int machines = 8;
        Allocator allocator = open();
        for (int i = 0; i < machines; i++) {
            allocator.allocate("demo");
        }
        CyclicBarrier together = new CyclicBarrier(machines);
        List<String> alone = new ArrayList<>();
        provider.destroy = machine -> {
            try {
                together.await(20, TimeUnit.SECONDS);
            } catch (java.util.concurrent.BrokenBarrierException | java.util.concurrent.TimeoutException e) {
                alone.add(machine.value());
            }
        };
        allocator.close();
        assertThat(alone).isEmpty();
        assertNothingLeft();
    }

    @Test
    void aMachineThatSomebodyDiscardedGetsNoFolderAnyMore() throws Exception {
        Allocator allocator = open();
        Allocator other = open();
        provider.create = machine -> {
            called.countDown();
            ignoreInterrupts();
        };
        CompletableFuture<Lease> allocation =
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
        called.await();

        other.lease(onlyLease(other).id()).orElseThrow().discard();
        returning.countDown();

        assertThatThrownBy(allocation::join).hasMessageContaining("discarded meanwhile");
        assertNothingLeft();
        assertThat(state().resolve("machines/scripted")).isEmptyDirectory();
    }
}
