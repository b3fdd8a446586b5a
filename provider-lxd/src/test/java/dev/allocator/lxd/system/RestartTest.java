package dev.allocator.lxd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.allocator.AllocationException;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.CleanupReport.Entry;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.Command;
import dev.allocator.DiscardException;
import dev.allocator.Lease;
import dev.allocator.Phase;
import dev.allocator.event.PhaseStarted;
import dev.allocator.lxd.LxdHost;
import dev.allocator.lxd.PrivateLxd;
import dev.allocator.lxd.RawLxd;
import dev.allocator.testkit.LeakJudge;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.awaitility.pollinterval.FixedPollInterval;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** LXD's daemon is killed and started again in the middle. Its instances go on running meanwhile, as they do. */
@Timeout(300)
class RestartTest {

    private static PrivateLxd lxd;
    private static LxdHost host;

    @TempDir
    Path state;

    private Allocator allocator;

    @BeforeAll
    static void start() throws Exception {
        lxd = PrivateLxd.require();
        host = LxdHost.at(lxd.socket());
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            if (host != null) {
                host.close();
            }
        } finally { // or the next one here would be in its way
            if (lxd != null) {
                lxd.close();
            }
        }
    }

    @BeforeEach
    void open() {
        allocator = Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(state)
                .provider("lxd", "lxd", host.settings())
                .profile(host.container("demo").login(LxdHost.LOGIN).build())
                .profile(host.container("slow")
                        .login(LxdHost.LOGIN)
                        .setup("sleep 5")
                        .build())
                .build());
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        lxd.start();
        try (Allocator closed = allocator) {
            await().atMost(Duration.ofSeconds(100)).untilAsserted(() -> {
                closed.cleanup();
                assertThat(closed.leases()).isEmpty();
                assertThat(host.instances()).isEmpty();
            });
        }
        LeakJudge.of(state).timekeeperMayLinger().awaitClean(Duration.ofSeconds(10));
    }

    private void restart() throws Exception {
        lxd.kill();
        lxd.start();
    }

    private static void awaitBriefly(BooleanSupplier condition) {
        await().pollInterval(FixedPollInterval.fixed(Duration.ofMillis(2)))
                .atMost(Duration.ofSeconds(60))
                .until(condition::getAsBoolean);
    }

    private static boolean isRunning(String description) {
        return new RawLxd(lxd.socket())
                        .get("/1.0/operations?recursion=1&project=" + host.project())
                        .path("running")
                        .findValuesAsText("description")
                        .stream()
                        .anyMatch(text -> text.contains(description));
    }

    private CountDownLatch phase(Phase phase) {
        CountDownLatch reached = new CountDownLatch(1);
        allocator.on(PhaseStarted.class, event -> {
            if (event.phase() == phase) {
                reached.countDown();
            }
        });
        return reached;
    }

    /** Whatever it comes to: it comes to its end, with a lease that works or with a sentence. */
    private static void isUsableOrTold(CompletableFuture<Lease> future) {
        isUsableOr(future, failure -> assertThat(failure.getMessage()).containsIgnoringCase("lxd"));
    }

    /** As LXD came back at once, whoever tries again gets one. */
    private static void isUsableOrRetryable(CompletableFuture<Lease> future) {
        isUsableOr(future, failure -> {
            assertThat(failure.getMessage()).containsIgnoringCase("lxd");
            assertThat(failure.isRetryable()).as(failure.getMessage()).isTrue();
        });
    }

    private static void isUsableOr(CompletableFuture<Lease> future, Consumer<AllocationException> told) {
        try {
            Lease lease = future.orTimeout(100, TimeUnit.SECONDS).join();
            assertThat(lease.exec("id", "-un").orThrow().stdout()).isEqualTo("debian\n");
            lease.discard();
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOfSatisfying(AllocationException.class, told);
        }
    }

    @Test
    void whileItCreates() throws Exception {
        CompletableFuture<Lease> future =
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
        awaitBriefly(() -> isRunning("Creating"));
        restart();
        isUsableOrTold(future);
    }

    @Test
    void whileItStarts() throws Exception {
        CompletableFuture<Lease> future =
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
        awaitBriefly(() -> isRunning("Starting"));
        restart();
        isUsableOrTold(future);
    }

    @Test
    void whileTheAddressIsWaitedFor() throws Exception {
        CountDownLatch reached = phase(Phase.REACH);
        CompletableFuture<Lease> future =
                allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
        assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
        restart();
        isUsableOrTold(future);
    }

    @Test
    void whileASetupStepRuns() throws Exception {
        CountDownLatch reached = phase(Phase.SETUP);
        CompletableFuture<Lease> future =
                allocator.allocateAsync(AllocationRequest.forProfile("slow").build());
        assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
        awaitBriefly(() -> isRunning("Executing"));
        restart();
        isUsableOrRetryable(future);
    }

    @Test
    void whileItDestroys() throws Exception {
        Lease lease = allocator.allocate("demo");
        CompletableFuture<Throwable> discarded = CompletableFuture.supplyAsync(() -> catchThrowable(lease::discard));
        awaitBriefly(() -> isRunning("Stopping") || discarded.isDone());
        restart();
        Throwable problem = discarded.get(100, TimeUnit.SECONDS);
        if (problem == null) {
            assertThat(host.instances()).isEmpty();
        } else {
            assertThat(problem).isInstanceOf(DiscardException.class);
        }
    }

    @Test
    void whileALeaseIsHeld() throws Exception {
        Lease lease = allocator.allocate("demo");
        Lease other = allocator.allocate("demo");
        lxd.kill();
        assertThat(lease.exec("id", "-un").orThrow().stdout()).isEqualTo("debian\n");
        lxd.start();
        assertThat(lease.exec("id", "-un").orThrow().stdout()).isEqualTo("debian\n");
        assertThat(lease.exec(Command.of("id", "-un").asRoot()).orThrow().stdout())
                .isEqualTo("root\n");
        lease.discard();
        assertThat(host.instances()).hasSize(1);
        other.discard();
        assertThat(host.instances()).isEmpty();
    }

    /** A daemon that does not answer knows of no machine; that does not mean that there is none. */
    @Test
    void whatIsAwayIsNotGone() throws Exception {
        Lease lease = allocator.allocate("demo");
        lxd.kill();
        assertThatThrownBy(lease::discard)
                .isInstanceOf(DiscardException.class)
                .hasMessageContaining(lxd.socket().toString());
        assertThat(allocator.cleanup().entries())
                .isNotEmpty()
                .extracting(Entry::outcome)
                .doesNotContain(Outcome.DESTROYED);
        assertThat(allocator.leases()).hasSize(1);
        assertThat(allocator.health())
                .anySatisfy(health ->
                        assertThat(health.toString()).contains(lxd.socket().toString()));
        lxd.start();
        assertThat(host.outside(lease.info().machine().orElseThrow())).isPresent();
        allocator.cleanup();
        assertThat(host.instances()).isEmpty();
    }
}
