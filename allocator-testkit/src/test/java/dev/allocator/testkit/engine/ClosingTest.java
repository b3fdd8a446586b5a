package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.CleanupRequest;
import dev.allocator.EndReason;
import dev.allocator.EndedLease;
import dev.allocator.Lease;
import dev.allocator.LeaseEndedException;
import dev.allocator.LeaseId;
import dev.allocator.Phase;
import dev.allocator.event.AllocatorEvent;
import dev.allocator.testkit.reaper.Aftermath;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ClosingTest extends EngineTest {

    @Test
    void allocationsUnderWayAreCancelled() {
        Allocator allocator = open(stuckIn(Phase.REACH));
        List<CompletableFuture<Lease>> allocations = IntStream.range(0, 5)
                .mapToObj(i -> allocator.allocateAsync(
                        AllocationRequest.forProfile("demo").build()))
                .toList();
        await().atMost(SOON).until(() -> host.machines().size() == 5);
        allocator.close();
        assertThat(allocations).allMatch(CompletableFuture::isCancelled);
        assertNothingLeft();
        assertThat(open().ended()).hasSize(5).extracting(EndedLease::reason).containsOnly(EndReason.CANCELLED);
    }

    @Test
    void attachedLeasesEndAndNoThreadRemains() {
        Allocator allocator = open(demo().build());
        allocator.on(AllocatorEvent.class, event -> assertThat(event.at()).isNotNull());
        Lease kept = allocator.allocate("demo");
        kept.detach();
        List<Lease> leases =
                IntStream.range(0, 5).mapToObj(i -> allocator.allocate("demo")).toList();
        allocator.close();
        allocator.close();
        assertThat(host.machines()).hasSize(1);
        assertThat(leases).allSatisfy(lease -> {
            assertThatThrownBy(() -> lease.exec("true")).isInstanceOf(LeaseEndedException.class);
            lease.discard();
            lease.close();
            assertThat(lease.info().id()).isEqualTo(lease.id());
        });
        kept.close();
        await().atMost(SOON).until(() -> engineThreads() == 0);
        Allocator second = open();
        second.lease(kept.id()).orElseThrow().discard();
        assertNothingLeft();
        assertThat(files("owners")).isEmpty();
    }

    @Test
    void nothingWorksAfterwards() {
        Allocator allocator = open(demo().build());
        allocator.close();
        Stream.<ThrowingCallable>of(
                        () -> allocator.allocate("demo"),
                        () -> allocator.allocateAsync(
                                AllocationRequest.forProfile("demo").build()),
                        allocator::leases,
                        () -> allocator.lease(LeaseId.random()),
                        () -> allocator.leaseAt("127.0.0.1:22"),
                        allocator::ended,
                        allocator::health,
                        () -> allocator.cleanup(CleanupRequest.everything().dryRun()),
                        () -> allocator.on(AllocatorEvent.class, event -> {}))
                .forEach(use -> assertThatThrownBy(use).isInstanceOf(IllegalStateException.class));
    }

    @Test
    void anInterruptedThreadClosesProperly() {
        Allocator allocator = open(stuckIn(Phase.SETUP));
        CompletableFuture<Lease> pending =
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
        Thread.currentThread().interrupt();
        allocator.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(pending).isDone();
        pending.handle((lease, failure) -> failure).join();
        assertNothingLeft();
    }

    @Test
    void anInterruptedThreadDiscardsProperly() {
        Lease lease = open(demo().build()).allocate("demo");
        Thread.currentThread().interrupt();
        lease.discard();
        assertThat(Thread.interrupted()).isTrue();
        assertNothingLeft();
    }

    @Test
    void closingWhileAllocationsStartLeavesNothing() {
        Allocator allocator = open(demo().build());
        CompletableFuture<Void> starter = CompletableFuture.runAsync(() -> {
            while (true) {
                await().until(() -> host.machines().size() < 5);
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
            }
        });
        await().atMost(SOON).until(() -> host.machines().size() > 2);
        allocator.close();
        assertThatThrownBy(starter::join).hasCauseInstanceOf(IllegalStateException.class);
        awaitNothingLeft();
    }

    @Test
    void aProgramThatForgetsToCloseEnds() throws Exception {
        try (Fork fork = Fork.start(folder, ForgetfulProgram.class, state().toString())) {
            fork.awaitSuccess();
            assertThat(Fork.text(fork.out())).isEqualTo("it works\n");
        }
        Aftermath.awaitEnd(folder); // nobody has to clean up
        assertNothingLeft();
        assertThat(open().ended())
                .singleElement()
                .extracting(EndedLease::reason)
                .isEqualTo(EndReason.OWNER_DIED);
    }
}
