package dev.allocator.qemu.guest;

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
import dev.allocator.Credentials;
import dev.allocator.DataSize;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.LeaseEndedException;
import dev.allocator.Phase;
import dev.allocator.Profile;
import dev.allocator.ProvisioningException;
import dev.allocator.ReadinessTimeoutException;
import dev.allocator.Secret;
import dev.allocator.SshEndpoint;
import dev.allocator.event.PhaseStarted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The main job for real: Debian in QEMU. */
@Timeout(600)
@Execution(ExecutionMode.CONCURRENT)
class GuestTest {

    @TempDir
    Path temp;

    private Path state;
    private Allocator allocator;

    @BeforeEach
    void open() {
        state = temp.resolve("state");
        allocator = Allocator.open(options());
    }

    @AfterEach
    void closeAndLookForLeftovers() {
        if (allocator == null) {
            return; // there is no image
        }
        allocator.close();
        Host.awaitNoMachines(state);
    }

    private AllocatorOptions options() {
        Profile plain = plain("plain").build();
        return AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(state)
                .provider("qemu", "qemu", Map.of("accel", "tcg"))
                .profile(plain)
                .profile(plain("grown").disk(DataSize.ofGibibytes(5)).build())
                .profile(plain("set-up")
                        .setup("echo made by $(id -un) > /etc/made")
                        .build())
                .profile(plain("broken-setup")
                        .setup("echo so far; echo so bad >&2; exit 7")
                        .build())
                .profile(plain("wrong-password")
                        .login(Credentials.password("debian", Secret.of("not it")))
                        .build())
                .profile(Profile.named("cloud", "qemu")
                        .image(DemoImages.cloud().toString())
                        .memory(DataSize.ofMebibytes(512))
                        .build())
                .profile(failing("no-sshd", DemoImages.withoutSshd()))
                .profile(failing("panic", DemoImages.panicking()))
                .profile(failing("empty", emptyDisk()))
                .build();
    }

    private Path emptyDisk() {
        Path disk = temp.resolve("empty.img");
        try {
            return Files.exists(disk) ? disk : Files.write(disk, new byte[1 << 20]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Profile.Builder plain(String name) {
        return Profile.named(name, "qemu")
                .image(DemoImages.plain().toString())
                .memory(DataSize.ofMebibytes(512))
                .login(Credentials.password("debian", Secret.of("debian")));
    }

    private static Profile failing(String name, Path image) {
        return Profile.named(name, "qemu")
                .image(image.toString())
                .memory(DataSize.ofMebibytes(512))
                .login(Credentials.password("debian", Secret.of("debian")))
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    @Test
    void aMachineDoesWhatItsUserWants() throws Exception {
        try (Lease lease = allocator.allocate("plain")) {
            assertThat(lease.exec("uname", "-s").orThrow().stdout()).isEqualTo("Linux\n");
            assertThat(lease.exec("id", "-un").orThrow().stdout()).isEqualTo("debian\n");
            assertThat(lease.exec(Command.of("id", "-un").asRoot()).orThrow().stdout())
                    .isEqualTo("root\n");
            assertThat(lease.exec("sh", "-c", "echo out; echo err >&2; exit 3")).satisfies(result -> {
                assertThat(result.exitStatus()).isEqualTo(3);
                assertThat(result.stdout()).isEqualTo("out\n");
                assertThat(result.stderr()).isEqualTo("err\n");
            });
            assertThat(lease.exec(Command.of("cat").stdin("from here")).stdout())
                    .isEqualTo("from here");
            assertThat(lease.exec(Command.shell("echo \"$A|$B\"")
                                    .env("A", "it's")
                                    .env("B", "$HOME\n2"))
                            .stdout())
                    .isEqualTo("it's|$HOME\n2\n");
            assertThat(lease.exec(Command.of("pwd").directory("/usr")).stdout()).isEqualTo("/usr\n");
            ByteArrayOutputStream streamed = new ByteArrayOutputStream();
            assertThat(lease.exec(Command.of("seq", "5").stdout(streamed)).stdout())
                    .isEmpty();
            assertThat(streamed.toString(StandardCharsets.UTF_8)).isEqualTo("1\n2\n3\n4\n5\n");
            assertThatThrownBy(() -> lease.exec(Command.of("sleep", "60").timeout(Duration.ofSeconds(1))))
                    .isInstanceOf(CommandTimeoutException.class);
            await().untilAsserted(() ->
                    assertThat(lease.exec("pgrep", "-x", "sleep").exitStatus()).isEqualTo(1));

            copiesFilesAndFolders(lease);
            reachesAPort(lease);
            restarts(lease);
        }
    }

    private static void restarts(Lease lease) throws Exception {
        HostAndPort ssh = lease.forward(22);
        String address = lease.info().address().orElseThrow().toString();
        String before = lease.exec("cat", "/proc/sys/kernel/random/boot_id").stdout();
        lease.exec("touch", "kept").orThrow();

        lease.reboot(Duration.ofMinutes(5));

        assertThat(lease.exec("cat", "/proc/sys/kernel/random/boot_id").stdout())
                .isNotEqualTo(before);
        assertThat(lease.exec("ls").stdout()).contains("kept");
        assertThat(lease.info().address().orElseThrow()).hasToString(address);
        assertThat(lease.logs()).anyMatch(log -> log.endsWith("console.log"));
        try (Socket socket = new Socket(ssh.host(), ssh.port())) {
            assertThat(new String(socket.getInputStream().readNBytes(4), StandardCharsets.US_ASCII))
                    .isEqualTo("SSH-");
        }
    }

    private void copiesFilesAndFolders(Lease lease) throws Exception {
        Path folder = Files.createDirectories(temp.resolve("a folder/with 'quotes'"));
        Files.writeString(folder.resolve("ünï.txt"), "content\n");
        Path script = Files.writeString(folder.resolve("run.sh"), "#!/bin/sh\necho ran\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();

        lease.upload(temp.resolve("a folder"), "copied");
        assertThat(lease.exec("./copied/with 'quotes'/run.sh").orThrow().stdout())
                .isEqualTo("ran\n");
        lease.download("copied", temp.resolve("back"));
        assertThat(temp.resolve("back/with 'quotes'/ünï.txt")).hasContent("content\n");
        assertThat(temp.resolve("back/with 'quotes'/run.sh")).isExecutable();

        lease.upload(script, "/tmp/single");
        lease.download("/tmp/single", temp.resolve("single"));
        assertThat(temp.resolve("single")).hasSameTextualContentAs(script);
    }

    private static void reachesAPort(Lease lease) throws Exception {
        HostAndPort ssh = lease.forward(22);
        try (Socket socket = new Socket(ssh.host(), ssh.port())) {
            assertThat(new String(socket.getInputStream().readNBytes(4), StandardCharsets.US_ASCII))
                    .isEqualTo("SSH-");
        }
    }

    @Test
    void aGrownDiskHasTheSpace() {
        try (Lease lease = allocator.allocate("grown")) {
            await().untilAsserted(() -> assertThat(Long.parseLong(lease.exec("df", "--output=size", "-B1M", "/")
                            .orThrow()
                            .stdout()
                            .replaceAll("\\D", "")))
                    .isGreaterThan(4500));
        }
    }

    @Test
    void setupStepsRunAsRootAndCredentialsAreSet() {
        try (Lease lease = allocator.allocate(AllocationRequest.forProfile("set-up")
                .credentials("root", Secret.of("a 'quoted' $ecret"))
                .build())) {
            SshEndpoint endpoint = lease.endpoint().orElseThrow();
            assertThat(endpoint.user()).isEqualTo("root");
            assertThat(lease.exec("cat", "/etc/made").orThrow().stdout()).isEqualTo("made by root\n");
            assertThat(lease.exec("id", "-un").orThrow().stdout()).isEqualTo("root\n");
        }
    }

    @Test
    void aNewUserLogsInWithAKey() throws Exception {
        Path key = temp.resolve("key");
        assertThat(new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
                        .start()
                        .waitFor())
                .isZero();
        try (Lease lease = allocator.allocate(AllocationRequest.forProfile("plain")
                .credentials(Credentials.key("builder", Secret.of(Files.readString(key))))
                .build())) {
            assertThat(lease.exec("id", "-un").orThrow().stdout()).isEqualTo("builder\n");
            assertThat(lease.exec(Command.of("id", "-un").asRoot()).orThrow().stdout())
                    .isEqualTo("root\n");
            assertThat(sshWith(lease, key)).isEqualTo("builder\n");
        }
    }

    /** Logs in with OpenSSH, host key checked: the judge of the endpoint that is handed out. */
    private String sshWith(Lease lease, Path key) throws Exception {
        SshEndpoint endpoint = lease.endpoint().orElseThrow();
        Path knownHosts = Files.write(temp.resolve("known_hosts"), endpoint.knownHosts());
        Process ssh = new ProcessBuilder(
                        "ssh",
                        "-F/dev/null",
                        "-oBatchMode=yes",
                        "-oStrictHostKeyChecking=yes",
                        "-oUserKnownHostsFile=" + knownHosts,
                        "-i" + key,
                        "-p" + endpoint.port(),
                        endpoint.user() + "@" + endpoint.host(),
                        "id -un")
                .redirectErrorStream(true)
                .start();
        String output = new String(ssh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(ssh.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void aCloudImageGetsOurKeysAndTheRequestedUser() throws Exception {
        try (Lease root = allocator.allocate("cloud")) {
            SshEndpoint endpoint = root.endpoint().orElseThrow();
            assertThat(endpoint.user()).isEqualTo("root");
            Path key = Files.writeString(
                    temp.resolve("id"), endpoint.privateKey().orElseThrow().reveal());
            assertThat(key.toFile().setReadable(false, false) && key.toFile().setReadable(true, true))
                    .isTrue();
            assertThat(sshWith(root, key)).isEqualTo("root\n");
        }
        try (Lease lease = allocator.allocate(AllocationRequest.forProfile("cloud")
                .credentials("ubuntu", Secret.of("ubuntu"))
                .build())) {
            assertThat(lease.exec("id", "-un").orThrow().stdout()).isEqualTo("ubuntu\n");
            assertThat(lease.exec(Command.of("id", "-un").asRoot()).orThrow().stdout())
                    .isEqualTo("root\n");
        }
    }

    @Test
    void fourAtOnce() {
        List<Lease> leases = IntStream.range(0, 4)
                .mapToObj(i -> allocator.allocateAsync(
                        AllocationRequest.forProfile("plain").label("i", "" + i).build()))
                .toList()
                .stream()
                .map(future -> future.join())
                .toList();
        assertThat(leases.stream().map(lease -> lease.endpoint().orElseThrow().port()))
                .doesNotHaveDuplicates();
        assertThat(leases).allSatisfy(lease -> lease.exec("true").orThrow());
        assertThat(allocator.leases()).hasSize(4);
    }

    @Test
    void anotherAllocatorAttachesAndDiscards() {
        Lease lease = allocator.allocate("plain");
        lease.detach();
        try (Allocator other = Allocator.open(options())) {
            Lease same = other.leaseAt(lease.endpoint().orElseThrow().address().toString())
                    .orElseThrow();
            assertThat(same.exec("id", "-un").orThrow().stdout()).isEqualTo("debian\n");
            same.close();
            assertThat(other.lease(lease.id())).isPresent();
            same.discard();
            assertThat(other.lease(lease.id())).isEmpty();
        }
        assertThatThrownBy(() -> lease.exec("true")).isInstanceOf(LeaseEndedException.class);
        assertThat(allocator.ended().get(0).id()).isEqualTo(lease.id());
    }

    @Test
    void aWrongPasswordFailsForGood() {
        assertThatThrownBy(() -> allocator.allocate("wrong-password"))
                .isInstanceOf(ReadinessTimeoutException.class)
                .hasMessageContaining("debian")
                .hasMessageNotContaining("not it");
    }

    @Test
    void aGuestWhoseSshServerNeverStartsTimesOutWithItsConsole() {
        AllocationException e = catchThrowableOfType(AllocationException.class, () -> allocator.allocate("no-sshd"));
        assertThat(e).isInstanceOf(ReadinessTimeoutException.class);
        assertThat(e.failure().phase()).isEqualTo(Phase.REACH);
        assertThat(e.failure().consoleTail()).isNotEmpty();
        assertThat(e.failure().evidence().orElseThrow().resolve("console.log")).isNotEmptyFile();
    }

    @Test
    void aGuestThatPanicsShowsItsPanic() {
        AllocationException e = catchThrowableOfType(AllocationException.class, () -> allocator.allocate("panic"));
        assertThat(e).isInstanceOf(ReadinessTimeoutException.class);
        assertThat(e.failure().consoleTail()).anyMatch(line -> line.contains("Kernel panic"));
        assertThat(e.failure().reason()).contains("its kernel gave up: 'Kernel panic - not syncing: ");
    }

    @Test
    void aDiskThatNothingBootsFromIsTold() {
        AllocationException e = catchThrowableOfType(AllocationException.class, () -> allocator.allocate("empty"));
        assertThat(e).isInstanceOf(ReadinessTimeoutException.class);
        assertThat(e.failure().reason())
                .contains(
                        "it got stuck in its firmware or boot loader and started no kernel, the last line on its console is"
                                + " 'No bootable device.'");
    }

    @Test
    void aFailingSetupStepShowsWhatItSaid() throws Exception {
        AllocationException e =
                catchThrowableOfType(AllocationException.class, () -> allocator.allocate("broken-setup"));
        assertThat(e).isInstanceOf(ProvisioningException.class).hasMessageContaining("7");
        assertThat(e.failure().phase()).isEqualTo(Phase.SETUP);
        assertThat(e.failure().evidence().orElseThrow().resolve("setup.log"))
                .content()
                .contains("so far", "so bad");
    }

    @Test
    void aKilledQemuFailsTheAllocationAtOnce() {
        allocator.on(PhaseStarted.class, event -> {
            if (event.phase() == Phase.REACH) {
                Host.processesNaming(state)
                        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            }
        });
        assertThatThrownBy(() -> allocator.allocate("plain"))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContaining("QEMU");
    }
}
