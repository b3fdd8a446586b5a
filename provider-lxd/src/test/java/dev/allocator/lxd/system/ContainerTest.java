package dev.allocator.lxd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.allocator.AllocationException;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Command;
import dev.allocator.CommandTimeoutException;
import dev.allocator.DataSize;
import dev.allocator.Lease;
import dev.allocator.LeaseEndedException;
import dev.allocator.MachineAccessException;
import dev.allocator.MachineId;
import dev.allocator.Phase;
import dev.allocator.Secret;
import dev.allocator.SshEndpoint;
import dev.allocator.lxd.LxdHost;
import dev.allocator.testkit.LeakJudge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The main job for real: Debian in containers of LXD. */
@Timeout(180)
class ContainerTest {

    private LxdHost host;

    @TempDir
    Path temp;

    private Path state;
    private Allocator allocator;

    @BeforeEach
    void open() {
        host = LxdHost.require();
        state = temp.resolve("state");
        allocator = Allocator.open(options());
    }

    @AfterEach
    void closeAndLookForLeftovers() {
        if (host == null) {
            return; // there is no LXD
        }
        try (LxdHost closed = host) {
            allocator.close();
            assertThat(closed.instances()).isEmpty();
        }
        LeakJudge.of(state).timekeeperMayLinger().awaitClean(Duration.ofSeconds(10));
    }

    private AllocatorOptions options() {
        return AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(state)
                .provider("lxd", "lxd", host.settings())
                .profile(host.container("plain")
                        .login(LxdHost.LOGIN)
                        .cpu(1)
                        .memory(DataSize.ofMebibytes(300))
                        .build())
                .profile(host.container("unknown-login").build())
                .profile(host.container("set-up")
                        .setup("echo made by $(id -un) > /etc/made")
                        .setup("echo and again >> /etc/made")
                        .build())
                .profile(host.container("broken-setup")
                        .setup("echo so far; echo so bad >&2; echo by me >/dev/console; exit 7")
                        .build())
                .profile(host.container("cloud")
                        .image(LxdHost.CLOUD_IMAGE)
                        .setting("user-data", """
                                #cloud-config
                                runcmd: [ "sleep 2; touch /from-user-data" ]
                                """)
                        .build())
                .build();
    }

    private static AllocationRequest as(String profile, String user, String password) {
        return AllocationRequest.forProfile(profile)
                .credentials(user, Secret.of(password))
                .build();
    }

    @Test
    void aMachineDoesWhatItsUserWants() throws Exception {
        Lease ended;
        try (Lease lease = allocator.allocate("plain")) {
            ended = lease;
            assertThat(lease.exec("id", "-un").orThrow().stdout()).isEqualTo("debian\n");
            assertThat(lease.exec(Command.of("id", "-un").asRoot()).orThrow().stdout())
                    .isEqualTo("root\n");
            assertThat(lease.exec(Command.shell("cat; echo \"$A\"; exit 3")
                            .env("A", "it's $HOME")
                            .stdin("from here\n")
                            .asRoot()))
                    .satisfies(result -> {
                        assertThat(result.exitStatus()).isEqualTo(3);
                        assertThat(result.stdout()).isEqualTo("from here\nit's $HOME\n");
                    });
            assertThatThrownBy(
                            () -> lease.exec(Command.of("sleep", "60").asRoot().timeout(Duration.ofSeconds(1))))
                    .isInstanceOf(CommandTimeoutException.class);
            Path file = Files.writeString(temp.resolve("file"), "hello");
            lease.upload(file, "/home/debian/there");
            lease.download("/home/debian/there", temp.resolve("back"));
            assertThat(temp.resolve("back")).hasContent("hello");
            assertThat(lease.exec("nproc").stdout()).isEqualTo("1\n");
            assertThat(lease.attributes()).containsKey("ipv4");

            String address = lease.info().address().orElseThrow().toString();
            assertThat(allocator.leaseAt(address).orElseThrow().id()).isEqualTo(lease.id());
            assertThat(host.outside(lease.info().machine().orElseThrow())).isPresent();
        }
        assertThat(host.instances()).isEmpty();
        assertThatThrownBy(() -> ended.exec("true")).isInstanceOf(LeaseEndedException.class);
    }

    @Test
    void anEphemeralMachineSurvivesRestarts() {
        try (Lease lease = allocator.allocate("plain")) {
            String address = lease.info().address().orElseThrow().toString();
            String first = started(lease);

            CompletableFuture<Void> restarting = CompletableFuture.runAsync(
                    () -> lease.reboot(Duration.ofMinutes(2)), task -> new Thread(task, "caller").start());
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                allocator.cleanup();
                return restarting.isDone();
            });
            assertThat(restarting).isCompleted();
            String second = started(lease);
            assertThat(second).isNotEqualTo(first);

            try {
                lease.exec("sudo", "reboot");
            } catch (MachineAccessException e) {
                assertThat(e).hasMessageContaining("was lost while 'sudo' ran");
            }
            await().atMost(Duration.ofMinutes(1))
                    .ignoreExceptionsInstanceOf(MachineAccessException.class)
                    .untilAsserted(() -> assertThat(started(lease)).isNotEqualTo(second));
            assertThat(lease.info().address().orElseThrow()).hasToString(address);
            assertThat(host.instances()).hasSize(1);
        }
    }

    /** When the first process did: a container's boot id is its host's. */
    private static String started(Lease lease) {
        return lease.exec("cut", "-d ", "-f22", "/proc/1/stat").orThrow().stdout();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '!',
            value = {"debian,debian", "root,it's \"the\" $(root)", "new-user,other words"})
    void whoeverIsAskedForCanLogIn(String user, String password) {
        try (Lease lease = allocator.allocate(as("unknown-login", user, password))) {
            assertThat(lease.endpoint().map(SshEndpoint::user)).contains(user);
            assertThat(lease.exec("id", "-un").orThrow().stdout()).isEqualTo(user + "\n");
            assertThat(lease.exec(Command.of("id", "-u").asRoot()).orThrow().stdout())
                    .isEqualTo("0\n");
        }
    }

    @Test
    void nobodyIsAskedForAndRootLogsInWithAKey() {
        try (Lease lease = allocator.allocate("unknown-login")) {
            assertThat(lease.exec("id", "-un").orThrow().stdout()).isEqualTo("root\n");
        }
    }

    @Test
    void setupStepsRunAsRoot() {
        try (Lease lease = allocator.allocate(as("set-up", "debian", "debian"))) {
            assertThat(lease.exec("cat", "/etc/made").stdout()).isEqualTo("made by root\nand again\n");
        }
    }

    @Test
    void aFailedStepTellsWhatItSaid() {
        AllocationException failure = catchThrowableOfType(
                AllocationException.class, () -> allocator.allocate(as("broken-setup", "debian", "debian")));
        assertThat(failure.failure().phase()).isEqualTo(Phase.SETUP);
        assertThat(failure).hasMessageContaining("7").hasMessageContaining("so bad");
        assertThat(failure.failure().consoleTail()).anyMatch(line -> line.contains("by me"));
        assertThat(failure.failure().evidence().orElseThrow()).isNotEmptyDirectory();
    }

    @Test
    void cloudInitIsWaitedFor() {
        LxdHost.require(LxdHost.CLOUD_IMAGE).close();
        try (Lease lease = allocator.allocate(as("cloud", "tester", "tester's"))) {
            assertThat(lease.exec("ls", "/from-user-data").exitStatus()).isZero();
            assertThat(lease.exec("cloud-init", "status").stdout()).contains("status: done");
            assertThat(lease.exec("id", "-un").stdout()).isEqualTo("tester\n");
        }
        try (Lease lease = allocator.allocate("cloud")) {
            assertThat(lease.exec("ls", "/from-user-data").exitStatus()).isZero();
        }
    }

    @Test
    void eightAtOnce() {
        List<CompletableFuture<Lease>> futures = IntStream.range(0, 8)
                .mapToObj(number -> allocator.allocateAsync(as("unknown-login", "debian", "debian")))
                .toList();
        List<Lease> leases = futures.stream().map(CompletableFuture::join).toList();
        assertThat(leases)
                .extracting(lease -> lease.exec("id", "-un").orThrow().stdout())
                .containsOnly("debian\n");
        assertThat(leases)
                .extracting(lease -> lease.exec("cat", "/etc/machine-id").stdout())
                .doesNotHaveDuplicates();
        assertThat(leases)
                .extracting(lease -> lease.info().address().orElseThrow())
                .doesNotHaveDuplicates();
        assertThat(host.instances()).hasSize(8);
        allocator.close();
        assertThat(host.instances()).isEmpty();
    }

    /** The allocator that made it is closed by then: a shell waits, and starts what destroys it. */
    @Test
    void aDetachedOneEndsInTime() {
        Lease lease = allocator.allocate(
                AllocationRequest.forProfile("plain").ttl(Duration.ofSeconds(5)).build());
        MachineId machine = lease.info().machine().orElseThrow();
        lease.detach();
        allocator.close();
        assertThat(host.outside(machine)).isPresent();
        await().atMost(Duration.ofSeconds(30)).until(() -> host.instances().isEmpty());
    }

    @Test
    void whatDiesByItselfIsTold() {
        try (Lease lease = allocator.allocate("plain")) {
            String name = host.outside(lease.info().machine().orElseThrow())
                    .orElseThrow()
                    .path("name")
                    .asText();
            host.delete(name);
            assertThatThrownBy(() -> lease.exec(Command.of("true").asRoot()))
                    .isInstanceOf(MachineAccessException.class)
                    .message()
                    .hasLineCount(1)
                    .contains("in machine " + lease.info().machine().orElseThrow() + " through provider 'lxd': ")
                    .contains("LXD has no instance of machine");
            assertThatThrownBy(() -> lease.exec("true"))
                    .isInstanceOf(MachineAccessException.class)
                    .message()
                    .hasLineCount(1)
                    .contains("cannot log in as debian at "
                            + lease.info().address().orElseThrow());
        }
        assertThat(allocator.leases()).isEmpty();
    }
}
