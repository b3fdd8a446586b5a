package dev.allocator.core.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Command;
import dev.allocator.Credentials;
import dev.allocator.HostKey;
import dev.allocator.MachineAccessException;
import dev.allocator.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SshLoginTest {

    private static final RootAccess NO_ROOT = new RootAccess.Direct();

    @TempDir
    Path directory;

    @Test
    void aWrongPasswordOrKeyIsARefusalWithoutTheSecret() throws Exception {
        try (OpenSshServer server = new OpenSshServer(directory).startAndWait()) {
            Credentials wrong = Credentials.password(server.user, Secret.of("wrong-secret"));
            assertThatThrownBy(() -> server.connect(wrong))
                    .isInstanceOf(LoginRefusedException.class)
                    .hasMessageContaining(server.user + " with a password")
                    .hasMessageContaining(server.address.toString())
                    .hasMessageNotContaining("wrong-secret");
            Credentials other =
                    Credentials.key("root", SshKeys.generate("other").privateKey());
            assertThatThrownBy(() -> server.connect(other))
                    .isInstanceOf(LoginRefusedException.class)
                    .hasMessageContaining("root with a key");
        }
    }

    @Test
    void keyboardInteractiveWorksWherePasswordsAreOff() throws Exception {
        try (OpenSshServer server = new OpenSshServer(
                        directory, "PasswordAuthentication no", "KbdInteractiveAuthentication yes")
                .withPam()
                .startAndWait()) {
            try (SshConnection connection = server.connect(server.userCredentials())) {
                assertThat(connection.exec(Command.of("id", "-un"), NO_ROOT).stdout())
                        .isEqualTo(server.user + "\n");
            }
            Credentials wrong = Credentials.password(server.user, Secret.of("wrong"));
            assertThatThrownBy(() -> server.connect(wrong)).isInstanceOf(LoginRefusedException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ecdsa"})
    void otherKindsOfKeysWork(String type) throws Exception {
        Path host = directory.resolve("host_" + type);
        Process keygen = new ProcessBuilder("ssh-keygen", "-q", "-t", type, "-N", "", "-f", host.toString()).start();
        assertThat(keygen.waitFor()).isZero();
        try (OpenSshServer server = new OpenSshServer(directory, "HostKey " + host).startAndWait()) {
            HostKey expected = HostKey.parse(Files.readString(Path.of(host + ".pub")));
            assertThat(SshKeys.publicKey(Secret.of(Files.readString(host)))).isEqualTo(expected);
            Files.writeString(directory.resolve("authorized_keys"), expected.toString());
            try (SshConnection connection = SshConnection.open(
                    BannerSocket.connect(server.address, Duration.ofSeconds(10)),
                    Credentials.key("root", Secret.of(Files.readString(host))),
                    List.of(expected),
                    Duration.ofSeconds(20))) {
                assertThat(connection.hostKey()).isEqualTo(expected);
                assertThat(connection.exec(Command.of("true"), NO_ROOT).succeeded())
                        .isTrue();
            }
        }
    }

    @Test
    void theHostKeyIsSeenOrChecked() throws Exception {
        try (OpenSshServer server = new OpenSshServer(directory).startAndWait()) {
            try (SshConnection connection = SshConnection.open(
                    BannerSocket.connect(server.address, Duration.ofSeconds(10)),
                    server.rootCredentials(),
                    List.of(),
                    Duration.ofSeconds(20))) {
                assertThat(connection.hostKey()).isEqualTo(server.hostKey);
            }
            HostKey other = SshKeys.generate("other").publicKey();
            assertThatThrownBy(() -> SshConnection.open(
                            BannerSocket.connect(server.address, Duration.ofSeconds(10)),
                            server.rootCredentials(),
                            List.of(other),
                            Duration.ofSeconds(20)))
                    .isInstanceOf(HostKeyMismatchException.class)
                    .hasMessageContaining(SshKeys.fingerprint(other))
                    .hasMessageContaining(SshKeys.fingerprint(server.hostKey));
        }
    }

    @Test
    void aConnectionThatBreaksEndsItsCommands() throws Exception {
        try (OpenSshServer server = new OpenSshServer(directory).startAndWait();
                SshConnection connection = server.connect(server.rootCredentials())) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread caller = new Thread(() -> {
                try {
                    connection.exec(Command.shell("echo begun; sleep 60"), NO_ROOT);
                } catch (MachineAccessException e) {
                    thrown.complete(e);
                }
            });
            caller.start();
            connection.exec(Command.of("true"), NO_ROOT);
            server.kill();
            assertThat(thrown.get(20, java.util.concurrent.TimeUnit.SECONDS))
                    .hasMessageContaining(server.address.toString());
            assertThatThrownBy(() -> connection.exec(Command.of("true"), NO_ROOT))
                    .isInstanceOf(MachineAccessException.class);
            assertThat(connection.isOpen()).isFalse();
        }
    }

    @Test
    void nothingIsLeftAfterClose() throws Exception {
        try (OpenSshServer server = new OpenSshServer(directory).startAndWait()) {
            SshConnection connection = server.connect(server.rootCredentials());
            connection.exec(Command.of("true"), NO_ROOT);
            connection.forward(22, 0);
            connection.close();
            connection.close();
            org.awaitility.Awaitility.await()
                    .until(() -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().contains(server.address.toString())));
            assertThat(connection.isOpen()).isFalse();
        }
    }

    @Test
    void sudoMakesRootWithAndWithoutPassword() throws Exception {
        OpenSshServer.require(Files.isExecutable(Path.of("/usr/bin/sudo")), "/usr/bin/sudo");
        try (OpenSshServer server = new OpenSshServer(directory).withPam().startAndWait()) {
            Path rule = Path.of("/etc/sudoers.d/" + server.user);
            Command whoAmI = Command.shell("id -un; pwd; cat; echo $V")
                    .stdin("in\n")
                    .env("V", "v w")
                    .asRoot();
            RootAccess root = RootAccess.of(server.userCredentials());
            try {
                try (SshConnection connection = server.connect(server.userCredentials())) {
                    assertThatThrownBy(() -> connection.exec(whoAmI, root))
                            .isInstanceOf(MachineAccessException.class)
                            .hasMessageContaining("cannot become root on " + connection)
                            .hasMessageNotContaining(server.password);
                }
                for (String options : List.of("ALL", "NOPASSWD: ALL")) {
                    Files.writeString(rule, server.user + " ALL=(ALL) " + options + "\n");
                    Files.setPosixFilePermissions(rule, PosixFilePermissions.fromString("r--r-----"));
                    try (SshConnection connection = server.connect(server.userCredentials())) {
                        for (int i = 0; i < 2; i++) {
                            Command again = whoAmI.stdin("in\n");
                            assertThat(connection.exec(again, root).stdout()).isEqualTo("root\n/root\nin\nv w\n");
                        }
                    }
                }
            } finally {
                Files.deleteIfExists(rule);
            }
        }
    }
}
