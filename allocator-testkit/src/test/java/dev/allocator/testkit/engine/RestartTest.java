package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.Allocator;
import dev.allocator.CleanupRequest;
import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.LeaseEndedException;
import dev.allocator.LeaseInfo;
import dev.allocator.MachineAccessException;
import dev.allocator.Profile;
import dev.allocator.ReadinessTimeoutException;
import dev.allocator.testkit.InProcessProviderFactory;
import dev.allocator.testkit.InProcessSshServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** {@code reboot}, and reboots from inside. */
final class RestartTest extends EngineTest {

    private static String boot(Lease lease) {
        return lease.exec(Command.of("/bin/sh", "-s", "allocator-boot")).stdout();
    }

    private static String banner(HostAndPort address) throws IOException {
        try (Socket socket = new Socket(address.host(), address.port());
                InputStream in = socket.getInputStream()) {
            return new String(in.readNBytes(4), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void leaseAddressAndForwardedPortsSurvive() throws IOException {
        Allocator allocator = open(demo().setting("restart-takes", "1s").build());
        try (Lease lease = allocator.allocate("demo");
                InProcessSshServer other = InProcessSshServer.builder(folder).start()) {
            HostAndPort forwarded = lease.forward(other.address().port());
            assertThat(banner(forwarded)).isEqualTo("SSH-");
            LeaseInfo before = lease.info();
            String first = boot(lease);

            CompletableFuture<Void> rebooting =
                    CompletableFuture.runAsync(() -> lease.reboot(SOON), task -> new Thread(task, "caller").start());
            await().atMost(SOON).until(() -> {
                assertThat(allocator.cleanup(CleanupRequest.everything()).entries())
                        .noneMatch(entry -> entry.subject().contains(lease.id().value()));
                return rebooting.isDone();
            });
            assertThat(rebooting).succeedsWithin(SOON);

            assertThat(boot(lease)).isNotEqualTo(first);
            assertThat(lease.info()).usingRecursiveComparison().isEqualTo(before);
            assertThat(banner(forwarded)).isEqualTo("SSH-");
        }
        assertNothingLeft();
    }

    @Test
    void portsForwardedOverSshComeBackAfterARebootFromInsideAlthoughNobodyUsesTheLease() throws IOException {
        Allocator allocator = open(options(Profile.named("demo", SshOnlyProviderFactory.TYPE)
                        .login(LOGIN)
                        .build())
                .plugin(new SshOnlyProviderFactory(new InProcessProviderFactory(host))));
        Lease lease = allocator.allocate("demo");
        try (InProcessSshServer other = InProcessSshServer.builder(folder).start()) {
            HostAndPort forwarded = lease.forward(other.address().port());
            assertThat(banner(forwarded)).isEqualTo("SSH-");

            host.machine(lease.info().machine().orElseThrow()).orElseThrow().restart(Duration.ofSeconds(1));
            await().atMost(SOON)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .untilAsserted(() -> assertThat(banner(forwarded)).isEqualTo("SSH-"));
            lease.reboot(SOON);
            assertThat(banner(forwarded)).isEqualTo("SSH-");

            lease.discard();
            assertThatThrownBy(() -> banner(forwarded)).isInstanceOf(IOException.class);
        }
        await().atMost(SOON)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("allocator-ports-")));
    }

    @Test
    void whoIsReachedThroughTheProviderIsRestartedThroughIt() {
        Allocator allocator = open(Profile.named("demo", "in-process")
                .setting("commands-after", "0s")
                .setting("restart-takes", "500ms")
                .build());
        try (Lease lease = allocator.allocate("demo")) {
            String first = boot(lease);
            lease.reboot(SOON);
            assertThat(boot(lease)).isNotEqualTo(first);
            assertThat(lease.exec(Command.of("true").asRoot()).succeeded()).isTrue();
        }
    }

    @Test
    void whoLogsInBesideTheProviderIsWaitedForToo() throws IOException {
        Allocator allocator = open(demo().setting("commands-after", "0s")
                .setting("restart-takes", "500ms")
                .build());
        try (Lease lease = allocator.allocate("demo")) {
            String first = boot(lease);
            lease.reboot(SOON);
            assertThat(boot(lease)).isNotEqualTo(first);
            assertThat(lease.logs())
                    .anySatisfy(file ->
                            assertThat(file).hasFileName("events.log").content().contains("the system was restarted"));
            allocator.lease(lease.id()).orElseThrow().discard();
            assertThatThrownBy(() -> lease.reboot(SOON)).isInstanceOf(LeaseEndedException.class);
            assertThat(allocator.evidence(lease.id())).isEmpty();
        }
    }

    @Test
    void aRebootFromInsideBreaksTheCommandAndTheNextOneWorks() {
        Allocator allocator = open(demo().setting("restart-takes", "500ms").build());
        try (Lease lease = allocator.allocate("demo")) {
            String first = boot(lease);
            ExecResult told = lease.exec(Command.of("/bin/sh", "-s", "allocator-restart"));
            assertThat(told.succeeded()).isTrue();
            assertThatThrownBy(() -> lease.exec("sleep", "30"))
                    .isInstanceOf(MachineAccessException.class)
                    .hasMessageContaining("while 'sleep' ran");
            assertThat(boot(lease)).isNotEqualTo(first);
        }
    }

    @Test
    void aMachineThatDiesOrStaysDownIsTold() {
        Allocator allocator = open(
                fault("dies-at-restart"),
                Profile.named("down", "in-process")
                        .login(LOGIN)
                        .setting("fault", "stays-down")
                        .build());
        try (Lease dying = allocator.allocate("demo");
                Lease down = allocator.allocate("down")) {
            assertThatThrownBy(() -> dying.reboot(Duration.ofMinutes(1)))
                    .isInstanceOf(MachineAccessException.class)
                    .hasMessageContaining("did not come back: the machine is gone: it died");
            assertThatThrownBy(() -> down.reboot(Duration.ofSeconds(2)))
                    .isInstanceOf(ReadinessTimeoutException.class)
                    .hasMessageContaining("cannot restart the system of lease " + down.id())
                    .hasMessageContaining("within 2s");
            assertThat(allocator.leases()).hasSize(2);
        }
    }

    @Test
    void anInterruptedCallerAndALeaseThatEndsReturnAtOnce() throws InterruptedException {
        Allocator allocator = open(fault("stays-down"));
        Lease lease = allocator.allocate("demo");
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>(false);
        Thread caller = new Thread(() -> {
            try {
                lease.reboot(Duration.ofMinutes(1));
            } catch (RuntimeException e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        await().atMost(SOON)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .anyMatch(thread -> thread.getName().startsWith("allocator-restart-")));
        caller.interrupt();
        caller.join(SOON.toMillis());
        assertThat(thrown.get()).isInstanceOf(MachineAccessException.class);
        assertThat(flag.get()).isTrue();

        lease.discard();
        assertThatThrownBy(() -> lease.reboot(SOON)).isInstanceOf(LeaseEndedException.class);
    }
}
