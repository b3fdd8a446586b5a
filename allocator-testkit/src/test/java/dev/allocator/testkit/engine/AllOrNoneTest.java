package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.AllocationCancelledException;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.Lease;
import dev.allocator.LeaseState;
import dev.allocator.NoCapacityException;
import dev.allocator.Phase;
import dev.allocator.Profile;
import dev.allocator.ProvisioningException;
import dev.allocator.UnknownProfileException;
import dev.allocator.event.PhaseStarted;
import dev.allocator.event.Progress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** {@code allocateAll}: together, and all or none. */
final class AllOrNoneTest extends EngineTest {

    private static AllocationRequest request(String profile) {
        return AllocationRequest.forProfile(profile).build();
    }

    private static Profile named(String name, String setting, String value) {
        return Profile.named(name, "in-process")
                .login(LOGIN)
                .setting(setting, value)
                .build();
    }

    @Test
    void leasesComeInTheOrderOfTheRequestsAndTheirMachinesStartTogether() {
        Profile slow = named("slow", "ready-after", "1s");
        Allocator allocator = open(slow, demo().build());
        List<Lease> leases = allocator.allocateAll(List.of(request("slow"), request("demo"), request("slow")));

        assertThat(leases).extracting(lease -> lease.info().profile()).containsExactly("slow", "demo", "slow");
        assertThat(leases)
                .allSatisfy(lease -> assertThat(lease.exec("true").exitStatus()).isZero());
        assertThat(allocator.leases()).extracting(info -> info.state()).containsOnly(LeaseState.READY);
        leases.forEach(Lease::close);
        assertNothingLeft();
    }

    @Test
    void oneThatFailsEndsTheOthersWhateverTheyWereAt() {
        Allocator allocator = open(
                demo().build(),
                Profile.named("stuck", "in-process")
                        .login(LOGIN)
                        .setup("sleep 60")
                        .build(),
                Profile.named("dying", "in-process")
                        .login(LOGIN)
                        .setting("fault", "dies")
                        .setting("dies-after", "2s")
                        .setting("ready-after", "60s")
                        .build());

        assertThatThrownBy(() -> allocator.allocateAll(List.of(request("demo"), request("stuck"), request("dying"))))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContaining("dying")
                .hasNoSuppressedExceptions();
        assertNothingLeft();
        assertThat(allocator.leases()).isEmpty();
    }

    @Test
    void anInterruptedCallerReturnsWithItsFlagAndNothingIsLeft() throws InterruptedException {
        Allocator allocator = open(stuckIn(Phase.SETUP));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            try {
                allocator.allocateAll(List.of(request("demo"), request("demo")));
            } catch (RuntimeException e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        await().atMost(SOON).until(() -> host.machines().size() == 2);
        caller.interrupt();
        caller.join(SOON.toMillis());

        assertThat(thrown.get()).isInstanceOf(AllocationCancelledException.class);
        assertThat(flag).isTrue();
        awaitNothingLeft();
    }

    @Test
    void aGroupThatWaitsForRoomHoldsUpOnlyGroupsOfTheSameProvider() throws Exception {
        Profile few = demo().limit(2).build();
        Profile other = Profile.named("other", "others").login(LOGIN).build();
        Allocator allocator = open(options(few, other).provider("others", "in-process", Map.of()));
        Lease inTheWay = allocator.allocate("demo");
        ExecutorService callers = Executors.newCachedThreadPool();
        try {
            CompletableFuture<Void> waits = new CompletableFuture<>();
            allocator.on(Progress.class, event -> {
                if (event.message().startsWith("waiting for room")) {
                    waits.complete(null);
                }
            });
            Future<List<Lease>> waiting =
                    callers.submit(() -> allocator.allocateAll(List.of(request("demo"), request("demo"))));
            assertThat(waits).succeedsWithin(SOON);
            Future<List<Lease>> free =
                    callers.submit(() -> allocator.allocateAll(List.of(request("other"), request("other"))));

            assertThat(free.get(SOON.toSeconds(), TimeUnit.SECONDS)).hasSize(2);
            assertThat(waiting).isNotDone();
            inTheWay.discard();
            assertThat(waiting.get(SOON.toSeconds(), TimeUnit.SECONDS)).hasSize(2);
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void whatCannotBeIsRefusedBeforeAnythingStarts() {
        Profile limited = Profile.named("limited", "in-process")
                .login(LOGIN)
                .limit(1)
                .network("lan")
                .build();
        Allocator allocator = open(limited, demo().build());
        List<PhaseStarted> started = new CopyOnWriteArrayList<>();
        allocator.on(PhaseStarted.class, started::add);
        AllocationRequest web =
                AllocationRequest.forProfile("demo").network("lan").name("web").build();
        AllocationRequest alsoWeb =
                AllocationRequest.forProfile("limited").name("web").build();

        assertThatIllegalArgumentException().isThrownBy(() -> allocator.allocateAll(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> allocator.allocateAll(List.of(web, alsoWeb)))
                .withMessageContaining("'web' in network 'lan'");
        assertThatThrownBy(() -> allocator.allocateAll(Collections.nCopies(2, request("limited"))))
                .isInstanceOf(NoCapacityException.class)
                .hasMessageContaining("limit, which is 1");
        assertThatThrownBy(() -> allocator.allocateAll(List.of(request("demo"), request("demmo"))))
                .isInstanceOf(UnknownProfileException.class);
        assertThat(started).isEmpty();
        assertNothingLeft();
    }

    @Test
    void groupsThatNeedTheSameRoomGetItOneAfterTheOther() {
        Profile three = demo().limit(3).setting("ready-after", "200ms").build();
        Allocator allocator = open(three);
        List<CompletableFuture<Void>> groups = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 4; i++) { // two of any two groups would have a part each, and wait
            groups.add(CompletableFuture.runAsync(
                    () -> allocator
                            .allocateAll(Collections.nCopies(
                                    2,
                                    AllocationRequest.forProfile("demo")
                                            .timeout(Duration.ofSeconds(60))
                                            .build()))
                            .forEach(Lease::close),
                    task -> new Thread(task, "caller").start()));
        }
        assertThat(CompletableFuture.allOf(groups.toArray(CompletableFuture[]::new)))
                .succeedsWithin(SOON.multipliedBy(2));
        assertNothingLeft();
    }
}
