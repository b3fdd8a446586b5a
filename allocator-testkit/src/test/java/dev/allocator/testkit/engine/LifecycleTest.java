package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.Command;
import dev.allocator.Credentials;
import dev.allocator.EndReason;
import dev.allocator.EndedLease;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.LeaseEndedException;
import dev.allocator.LeaseState;
import dev.allocator.MachineAccessException;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.Secret;
import dev.allocator.core.ssh.SshKeys;
import dev.allocator.testkit.InProcessMachine;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LifecycleTest extends EngineTest {

    @Test
    void aLeaseIsAMachineUntilItIsClosed() throws Exception {
        Allocator allocator = open(demo().setup("echo one >>steps").build());
        Lease lease = allocator.allocate(
                AllocationRequest.forProfile("demo").label("for", "a test").build());
        InProcessMachine machine = host.machines().get(0);

        assertThat(lease.endpoint()).hasValueSatisfying(endpoint -> {
            assertThat(endpoint.address()).isEqualTo(machine.address());
            assertThat(endpoint.credentials()).isEqualTo(LOGIN);
            assertThat(endpoint.hostKeys()).hasSize(1);
        });
        assertThat(lease.attributes()).containsEntry("accel", "none");
        assertThat(lease.info().state()).isEqualTo(LeaseState.READY);
        assertThat(lease.info().attached()).isTrue();
        assertThat(lease.info().machine()).contains(machine.ref().machine());
        assertThat(lease.info().labels()).containsEntry("for", "a test");
        assertThat(onlyLease(allocator).id()).isEqualTo(lease.id());
        assertThat(lease.exec("cat", "steps").orThrow().stdout()).isEqualTo("one\n");
        assertThat(lease.exec(Command.shell("exit 3")).exitStatus()).isEqualTo(3);

        lease.close();

        assertNothingLeft();
        assertThat(files("evidence")).isEmpty();
        EndedLease ended = allocator.ended().get(0);
        assertThat(ended.id()).isEqualTo(lease.id());
        assertThat(ended.reason()).isEqualTo(EndReason.DISCARDED);
        assertThat(ended.address()).contains(machine.address());
        assertThat(ended.phases().keySet())
                .containsExactly("resolve", "plan", "record", "create", "reach", "setup", "ready");
        assertThatThrownBy(() -> lease.exec("true")).isInstanceOf(LeaseEndedException.class);
        assertThatThrownBy(() -> lease.renew(Duration.ofHours(1))).isInstanceOf(LeaseEndedException.class);
        assertThatThrownBy(lease::detach).isInstanceOf(LeaseEndedException.class);
        assertThat(allocator.lease(lease.id())).isEmpty();
        lease.discard();
        lease.close();
        assertThat(allocator.ended()).hasSize(1);
    }

    @Test
    void filesGoThereAndBack() throws Exception {
        Lease lease = open(demo().build()).allocate("demo");
        Path sent = Files.writeString(folder.resolve("sent"), "content");
        Files.setPosixFilePermissions(sent, PosixFilePermissions.fromString("rwxr-x---"));
        lease.upload(sent, "there");
        lease.download("there", folder.resolve("back"));
        assertThat(folder.resolve("back")).hasContent("content");
        assertThat(Files.getPosixFilePermissions(folder.resolve("back")))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
    }

    @Test
    void aPortOfTheMachineIsReachableUntilTheLeaseEnds() throws Exception {
        Lease lease = open(demo().build()).allocate("demo");
        try (ServerSocket guest = new ServerSocket(0)) {
            HostAndPort here = lease.forward(guest.getLocalPort());
            try (Socket socket = new Socket(here.host(), here.port());
                    Socket accepted = guest.accept()) {
                socket.getOutputStream().write(42);
                assertThat(accepted.getInputStream().read()).isEqualTo(42);
            }
            lease.close();
            assertThatThrownBy(() -> new Socket(here.host(), here.port()).close())
                    .isInstanceOf(java.io.IOException.class);
        }
    }

    static Stream<Credentials> requested() {
        return Stream.of(
                Credentials.password("other", Secret.of("it's $another \"one\"")),
                Credentials.password("tester", Secret.of("changed")),
                Credentials.key("keyed", SshKeys.generate("test").privateKey()),
                LOGIN);
    }

    @ParameterizedTest
    @MethodSource("requested")
    void theRequestsUserCanLogIn(Credentials requested) {
        for (Profile profile : new Profile[] {
            demo().build(), Profile.named("demo", "in-process").build()
        }) {
            try (Allocator allocator = open(profile);
                    Lease lease = allocator.allocate(AllocationRequest.forProfile("demo")
                            .credentials(requested)
                            .build())) {
                assertThat(lease.endpoint().orElseThrow().credentials()).isEqualTo(requested);
                assertThat(lease.info().user()).contains(requested.user());
                assertThat(lease.exec("echo", "in").orThrow().stdout()).isEqualTo("in\n");
                assertThat(lease.exec(Command.of("echo", "root").asRoot()).stdout())
                        .isNotNull();
                if (!requested.equals(LOGIN)) {
                    assertThat(host.machines().get(0).hostName()).startsWith("demo-");
                }
            }
        }
    }

    @Test
    void anImageWithoutALoginIsEnteredWithAKeyOfTheEngine() {
        try (Lease lease = open(Profile.named("demo", "in-process").build()).allocate("demo")) {
            assertThat(lease.endpoint().orElseThrow().user()).isEqualTo("root");
            assertThat(lease.endpoint().orElseThrow().privateKey()).isPresent();
            assertThat(lease.exec("true").succeeded()).isTrue();
        }
    }

    @Test
    void readinessNoneAsksForNothing() {
        Allocator allocator = open(demo().setting("fault", "never-ready")
                .readiness(Readiness.none())
                .build());
        Lease lease = allocator.allocate("demo");
        assertThat(lease.endpoint().orElseThrow().credentials()).isEqualTo(LOGIN);
        lease.close();
        assertNothingLeft();
    }

    @Test
    void readinessBannerNeedsNoLogin() {
        Allocator allocator = open(Profile.named("demo", "in-process")
                .readiness(Readiness.banner())
                .build());
        Lease lease = allocator.allocate("demo");
        assertThat(lease.endpoint()).isEmpty();
        assertThat(lease.info().address()).contains(host.machines().get(0).address());
        assertThatThrownBy(() -> lease.exec("true"))
                .isInstanceOf(MachineAccessException.class)
                .hasMessageContaining("no SSH log-in");
        lease.close();
        assertNothingLeft();
    }

    @Test
    void readinessCommandIsWaitedFor() {
        try (Lease lease = open(demo().readiness(Readiness.command("echo x >>tries; [ $(wc -l <tries) -ge 2 ]"))
                        .build())
                .allocate("demo")) {
            assertThat(lease.exec("cat", "tries").stdout()).isEqualTo("x\nx\n");
        }
    }
}
