package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Command;
import dev.allocator.CommandTimeoutException;
import dev.allocator.Credentials;
import dev.allocator.MachineAccessException;
import dev.allocator.Secret;
import dev.allocator.SetupStep;
import dev.allocator.core.readiness.GuestFailure;
import dev.allocator.core.readiness.GuestScripts;
import dev.allocator.core.readiness.SshShell;
import dev.allocator.core.ssh.BannerSocket;
import dev.allocator.core.ssh.GeneratedKey;
import dev.allocator.core.ssh.HostKeyMismatchException;
import dev.allocator.core.ssh.LoginRefusedException;
import dev.allocator.core.ssh.RootAccess;
import dev.allocator.core.ssh.SshConnection;
import dev.allocator.core.ssh.SshKeys;
import dev.allocator.spi.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InProcessSshServerTest {

    private static final RootAccess DIRECT = new RootAccess.Direct();
    private static final Credentials PASSWORD = Credentials.password("tester", Secret.of("p'w \"ö"));

    @TempDir
    Path home;

    private final Accounts accounts = new Accounts();
    private final SimulatedSetup setup = new SimulatedSetup(accounts);
    private InProcessSshServer server;

    @BeforeEach
    void start() {
        accounts.add(PASSWORD);
        server = InProcessSshServer.builder(home)
                .accounts(accounts)
                .commands(setup)
                .commands(command -> command.script().contains("'scripted'")
                        ? Optional.of(new GuestReply(3, "said\n", "complained\n"))
                        : Optional.empty())
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private SshConnection connect(Credentials credentials) throws Exception {
        return SshConnection.open(
                BannerSocket.connect(server.address(), Duration.ofSeconds(10)),
                credentials,
                List.of(server.hostKey()),
                Duration.ofSeconds(20));
    }

    @Test
    void runsCommandsForRealAtHome() throws Exception {
        try (SshConnection connection = connect(PASSWORD)) {
            assertThat(connection.exec(Command.of("pwd"), DIRECT).stdout()).isEqualTo(home.toRealPath() + "\n");
            assertThat(connection.exec(Command.of("cat").stdin("in"), DIRECT).stdout())
                    .isEqualTo("in");
            assertThat(connection.exec(Command.shell("exit 5"), DIRECT).exitStatus())
                    .isEqualTo(5);
            assertThat(connection
                            .exec(Command.of("printenv", "A").env("A", "b 'c"), DIRECT)
                            .stdout())
                    .isEqualTo("b 'c\n");
        }
    }

    @Test
    void answersScriptedCommands() throws Exception {
        try (SshConnection connection = connect(PASSWORD)) {
            var result = connection.exec(Command.of("scripted"), DIRECT);
            assertThat(result.exitStatus()).isEqualTo(3);
            assertThat(result.stdout()).isEqualTo("said\n");
            assertThat(result.stderr()).isEqualTo("complained\n");
        }
    }

    @Test
    void terminatesCommandsThatTakeTooLong() throws Exception {
        try (SshConnection connection = connect(PASSWORD)) {
            assertThatThrownBy(() -> connection.exec(
                            Command.shell("echo begun; sleep 600").timeout(Duration.ofSeconds(1)), DIRECT))
                    .isInstanceOfSatisfying(
                            CommandTimeoutException.class,
                            e -> assertThat(e.stdout()).isEqualTo("begun\n"));
        }
    }

    @Test
    void keepsFilesAtHome(@TempDir Path elsewhere) throws Exception {
        Path file = Files.writeString(elsewhere.resolve("a file"), "content");
        try (SshConnection connection = connect(PASSWORD)) {
            connection.upload(file, "copy of 'it'");
            assertThat(home.resolve("copy of 'it'")).hasContent("content");
            connection.download("copy of 'it'", elsewhere.resolve("back"));
            assertThat(elsewhere.resolve("back")).hasContent("content");
        }
    }

    @Test
    void refusesWhoIsUnknown() {
        assertThatThrownBy(() -> connect(Credentials.password("tester", Secret.of("wrong-secret"))))
                .isInstanceOf(LoginRefusedException.class)
                .hasMessageContaining("tester with a password")
                .hasMessageNotContaining("wrong-secret");
        assertThatThrownBy(() ->
                        connect(Credentials.key("tester", SshKeys.generate("x").privateKey())))
                .isInstanceOf(LoginRefusedException.class);
    }

    @Test
    void aWrongHostKeyIsRefused() {
        var other = SshKeys.generate("other").publicKey();
        assertThatThrownBy(() -> SshConnection.open(
                        BannerSocket.connect(server.address(), Duration.ofSeconds(10)),
                        PASSWORD,
                        List.of(other),
                        Duration.ofSeconds(20)))
                .isInstanceOf(HostKeyMismatchException.class)
                .hasMessageContaining(SshKeys.fingerprint(other))
                .hasMessageContaining(SshKeys.fingerprint(server.hostKey()));
    }

    @Test
    void usersAreSetUpWithoutTouchingThisHost() throws Exception {
        GeneratedKey bootstrap = SshKeys.generate("bootstrap");
        accounts.addKey("root", bootstrap.publicKey());
        GeneratedKey own = SshKeys.generate("own");
        try (SshConnection root = connect(Credentials.key("root", bootstrap.privateKey()))) {
            GuestScripts scripts = new GuestScripts(new SshShell(root, DIRECT));
            Deadline deadline = Deadline.in(Duration.ofSeconds(30));
            scripts.personalise(Credentials.password("anna", Secret.of("it's $HOME `id` \\'")), deadline);
            scripts.personalise(Credentials.key("bert", own.privateKey()), deadline);
            scripts.hostName("machine-7", deadline);
        }
        assertThat(setup.hostName()).isEqualTo("machine-7");
        connect(Credentials.password("anna", Secret.of("it's $HOME `id` \\'"))).close();
        connect(Credentials.key("bert", own.privateKey())).close();
        assertThat(Files.readString(Path.of("/etc/passwd"))).doesNotContain("anna:", "bert:");
    }

    @Test
    void setupStepsAreLoggedAndTheirFailuresTold(@TempDir Path logs) throws Exception {
        try (SshConnection connection = connect(PASSWORD)) {
            GuestScripts scripts = new GuestScripts(new SshShell(connection, DIRECT));
            Path log = logs.resolve("setup.log");
            scripts.run(new SetupStep("first", "echo one; cat; [[ a == a ]] && echo bash"), log, seconds(30));
            assertThatThrownBy(() ->
                            scripts.run(new SetupStep("second", "echo two; echo bad >&2; exit 9"), log, seconds(30)))
                    .isInstanceOfSatisfying(GuestFailure.class, e -> {
                        assertThat(e).hasMessage("setup step 'second' failed with status 9: bad");
                        assertThat(e.lastLines()).containsExactly("two", "bad");
                    });
            assertThat(log).hasContent("one\nbash\ntwo\nbad\n");
            assertThatThrownBy(() -> scripts.run(new SetupStep("slow", "echo on; sleep 600"), log, seconds(1)))
                    .isInstanceOfSatisfying(
                            GuestFailure.class, e -> assertThat(e.lastLines()).startsWith("on"))
                    .hasMessage("setup step 'slow' did not end within 1s and was terminated");
        }
    }

    @Test
    void aServerThatDiesBreaksItsConnections() throws Exception {
        try (SshConnection connection = connect(PASSWORD)) {
            server.close();
            assertThatThrownBy(() -> connection.exec(Command.of("true"), DIRECT))
                    .isInstanceOf(MachineAccessException.class);
        }
    }

    private static Deadline seconds(int seconds) {
        return Deadline.in(Duration.ofSeconds(seconds));
    }
}
