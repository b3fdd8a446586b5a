package dev.allocator.core.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.Command;
import dev.allocator.CommandTimeoutException;
import dev.allocator.ExecResult;
import dev.allocator.MachineAccessException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SshExecTest {

    private static final RootAccess NO_ROOT = new RootAccess.Direct();

    @TempDir
    static Path directory;

    private static OpenSshServer server;
    private static SshConnection root;
    private static SshConnection user;

    @BeforeAll
    static void logIn() throws Exception {
        server = new OpenSshServer(directory).startAndWait();
        root = server.connect(server.rootCredentials());
        user = server.connect(server.userCredentials());
    }

    @AfterAll
    static void hangUp() throws Exception {
        if (user != null) {
            user.close();
        }
        if (root != null) {
            root.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private static ExecResult run(Command command) {
        return user.exec(command, NO_ROOT);
    }

    @Test
    void tellsStatusAndBothOutputs() {
        ExecResult result = run(Command.shell("echo out; echo err >&2; exit 7"));
        assertThat(result.exitStatus()).isEqualTo(7);
        assertThat(result.stdout()).isEqualTo("out\n");
        assertThat(result.stderr()).isEqualTo("err\n");
        assertThat(result.program()).isEqualTo("/bin/sh");
    }

    @Test
    void runsAsTheUserAtHome() {
        assertThat(run(Command.shell("id -un; pwd")).stdout()).isEqualTo(server.user + "\n/home/" + server.user + "\n");
    }

    @Test
    void aSignalIs128AndItsNumber() {
        assertThat(run(Command.shell("kill -KILL $$")).exitStatus()).isEqualTo(137);
        assertThat(run(Command.shell("kill -TERM $$")).exitStatus()).isEqualTo(143);
    }

    @Test
    void aMissingProgramIsStatus127() {
        ExecResult result = run(Command.of("no-such-program"));
        assertThat(result.exitStatus()).isEqualTo(127);
        assertThat(result.stderr()).contains("no-such-program");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "'",
                "\"",
                "\\",
                "\\\\n",
                "$HOME",
                "`id`",
                "$(id)",
                "!!",
                "a\nb",
                "\n",
                "a\tb",
                "*",
                "?",
                "~",
                "-n",
                "--",
                "#x",
                "a;b",
                "a&b",
                "a|b",
                ">x",
                "é",
                "ÁÈ\u0081\u0088",
                "日本語",
                "🙂",
                "'\\''",
                "%s",
                "{a,b}",
                "\r",
                "\u001b[0m",
                "a'b\"c\\d$e`f\n"
            })
    void wordsArriveAsTheyAre(String word) {
        assertThat(run(Command.of("printf", "[%s][%s]", word, word)).stdout())
                .isEqualTo("[" + word + "][" + word + "]");
        assertThat(run(Command.of("printenv", "VALUE").env("VALUE", word)).stdout())
                .isEqualTo(word + "\n");
    }

    @Test
    void environmentValuesAreInNobodysArguments() {
        String secret = "hidden-" + System.nanoTime();
        Command command = Command.shell("cat /proc/[0-9]*/cmdline | tr '\\0' ' '; echo \"$SECRET\"")
                .env("SECRET", secret);
        String output = root.exec(command, NO_ROOT).stdout();
        assertThat(output.split(secret, -1)).hasSize(2);
        assertThat(output).endsWith(secret + "\n");
    }

    @Test
    void directoryIsWhereItRuns() {
        assertThat(run(Command.of("pwd").directory("/usr/share")).stdout()).isEqualTo("/usr/share\n");
        ExecResult missing = run(Command.of("pwd").directory("/no/such folder"));
        assertThat(missing.exitStatus()).isEqualTo(126);
        assertThat(missing.stderr()).contains("/no/such folder");
    }

    @Test
    void inputGoesToTheCommandWhole() {
        String text = "first\nsecond ö\n".repeat(100_000);
        assertThat(run(Command.of("cat").stdin(text).env("A", "b")).stdout()).isEqualTo(text);
        assertThat(run(Command.of("cat")).stdout()).isEmpty();
    }

    @Test
    void aCommandThatDoesNotReadItsInputDoesNotBlock() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };
        assertThat(run(Command.of("true").stdin(endless)).exitStatus()).isZero();
    }

    @Test
    void aCommandWhoseInputStaysSilentEndsAnyway() throws IOException {
        try (PipedOutputStream silent = new PipedOutputStream();
                PipedInputStream input = new PipedInputStream(silent)) {
            assertThat(run(Command.of("true").stdin(input)).exitStatus()).isZero();
        }
        assertThat(run(Command.of("echo", "on")).stdout()).isEqualTo("on\n");
    }

    @Test
    void inputThatCannotBeReadIsAnError() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("disk on fire");
            }
        };
        assertThatThrownBy(() -> run(Command.of("cat").stdin(broken)))
                .isInstanceOf(MachineAccessException.class)
                .hasMessageContaining("disk on fire");
    }

    @Test
    void largeOutputIsCutAndDoesNotBlock() {
        ExecResult result = run(Command.shell("head -c 20000000 /dev/zero | tr '\\0' x; echo done >&2"));
        assertThat(result.stdout()).hasSize(8 << 20);
        assertThat(result.stderr()).isEqualTo("done\n");
        assertThat(result.exitStatus()).isZero();
    }

    @Test
    void outputIsStreamed() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ExecResult result = run(Command.shell("head -c 20000000 /dev/zero; echo err >&2")
                .stdout(out)
                .stderr(err));
        assertThat(out.size()).isEqualTo(20_000_000);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("err\n");
        assertThat(result.stdout()).isEmpty();
        assertThat(result.stderr()).isEmpty();
    }

    @Test
    void outputThatCannotBeWrittenEndsTheCommand() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("disk full");
            }
        };
        assertThatThrownBy(() -> run(Command.of("yes").stdout(broken)))
                .isInstanceOf(MachineAccessException.class)
                .hasMessageContaining("disk full");
    }

    @Test
    void aCommandThatTakesTooLongIsTerminatedWithAllItStarted() {
        String mark = "7" + System.nanoTime() % 100_000_000;
        for (SshConnection connection : List.of(user, root)) {
            Command command = Command.shell("trap '' TERM; sleep " + mark + " & echo begun; sleep " + mark + "; wait")
                    .timeout(Duration.ofSeconds(1));
            assertThatThrownBy(() -> connection.exec(command, NO_ROOT))
                    .isInstanceOfSatisfying(
                            CommandTimeoutException.class,
                            e -> assertThat(e.stdout()).isEqualTo("begun\n"));
            assertGone("sleep " + mark);
        }
    }

    @Test
    void anInterruptedCallerReturnsAndTheCommandIsTerminated() throws Exception {
        String mark = "8" + System.nanoTime() % 100_000_000;
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            try {
                run(Command.of("sleep", mark));
            } catch (MachineAccessException e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        await().until(() ->
                root.exec(Command.of("pgrep", "-f", "^sleep " + mark), NO_ROOT).succeeded());
        caller.interrupt();
        caller.join(Duration.ofSeconds(5).toMillis());
        assertThat(thrown.get()).hasMessageContaining("interrupted");
        assertThat(flag.get()).isTrue();
        assertGone("sleep " + mark);
        assertThat(run(Command.of("echo", "still here")).stdout()).isEqualTo("still here\n");
    }

    @Test
    void manyCommandsAtOnceShareTheConnection() {
        List<CompletableFuture<String>> results = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String word = "n" + i;
            results.add(CompletableFuture.supplyAsync(
                    () -> run(Command.shell("sleep 0.1; cat; echo $0").stdin(word))
                            .stdout(),
                    task -> {
                        Thread thread = new Thread(task);
                        thread.setDaemon(true);
                        thread.start();
                    }));
        }
        for (int i = 0; i < 30; i++) {
            assertThat(results.get(i).join()).isEqualTo("n" + i + "/bin/sh\n");
        }
    }

    @Test
    void aConnectionThatIsClosedSaysSo() throws Exception {
        SshConnection closed = server.connect(server.rootCredentials());
        closed.close();
        assertThat(closed.isOpen()).isFalse();
        assertThatThrownBy(() -> closed.exec(Command.of("true"), NO_ROOT))
                .isInstanceOf(MachineAccessException.class)
                .hasMessageContaining("closed");
    }

    private static void assertGone(String commandLine) {
        await().atMost(Duration.ofSeconds(15))
                .until(() -> !root.exec(Command.of("pgrep", "-f", "^" + commandLine), NO_ROOT)
                        .succeeded());
    }
}
