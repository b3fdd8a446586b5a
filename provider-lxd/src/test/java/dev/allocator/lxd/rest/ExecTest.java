package dev.allocator.lxd.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.allocator.Command;
import dev.allocator.CommandTimeoutException;
import dev.allocator.ExecResult;
import dev.allocator.lxd.LxdHost;
import dev.allocator.lxd.LxdProxy;
import dev.allocator.lxd.rest.LxdException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands in a real container. */
@Timeout(120)
final class ExecTest {

    private static final String INSTANCE = "exec";

    private static LxdHost host;
    private static LxdClient lxd;

    @BeforeAll
    static void open() {
        host = LxdHost.require();
        host.launchUntagged(INSTANCE);
        lxd = LxdClient.at(host.socket());
    }

    @AfterAll
    static void close() {
        if (host != null) {
            lxd.close();
            host.close();
        }
    }

    private static ExecResult exec(Command command) throws Exception {
        return lxd.exec(host.project(), INSTANCE, command);
    }

    /** Commands of that name with that argument that run in the container. */
    private static boolean runs(String line) throws Exception {
        return exec(Command.of("pgrep", "-f", "-x", line)).succeeded();
    }

    @Test
    void commandsRunAsRootAtHome() throws Exception {
        ExecResult result = exec(Command.shell("id -u; pwd; printf end; echo error >&2; exit 3"));

        assertThat(result.exitStatus()).isEqualTo(3);
        assertThat(result.stdout()).isEqualTo("0\n/root\nend");
        assertThat(result.stderr()).isEqualTo("error\n");
        assertThat(result.program()).isEqualTo("/bin/sh");
    }

    @Test
    void wordsAndVariablesAreLeftAsTheyAre() throws Exception {
        String odd = " a'b\"c$HOME`id`\\\n*;é\t ";

        assertThat(exec(Command.of("printf", "%s|", odd, "", "-n")).stdout()).isEqualTo(odd + "||-n|");
        assertThat(exec(Command.shell("printf %s \"$ODD\"").env("ODD", odd)).stdout())
                .isEqualTo(odd);
        assertThat(exec(Command.of("pwd").directory("/usr/share")).stdout()).isEqualTo("/usr/share\n");
    }

    @Test
    void exitStatusTellsHowItEnded() throws Exception {
        assertThat(exec(Command.of("no-such-program")).exitStatus()).isEqualTo(127);
        assertThat(exec(Command.of("/etc/passwd")).exitStatus()).isEqualTo(126);
        assertThat(exec(Command.of("pwd").directory("/no-such-folder")).exitStatus())
                .isEqualTo(126);
        assertThat(exec(Command.shell("kill -KILL $$")).exitStatus()).isEqualTo(137);
        assertThat(exec(Command.shell("kill -TERM $$")).exitStatus()).isEqualTo(143);
    }

    @Test
    void largeInputAndOutputAreExact() throws Exception {
        byte[] bytes = new byte[10_000_001];
        new Random(5).nextBytes(bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        ExecResult result = exec(Command.shell("f=$(mktemp) && cat > $f && { cat $f >&2 & cat $f; wait; }")
                .stdin(new ByteArrayInputStream(bytes))
                .stdout(out)
                .stderr(err));

        assertThat(result.succeeded()).isTrue();
        assertThat(out.toByteArray()).isEqualTo(bytes);
        assertThat(err.toByteArray()).isEqualTo(bytes);
        assertThat(result.stdout()).isEmpty();
    }

    @Test
    void resultIsLimited() throws Exception {
        assertThat(exec(Command.shell("head -c 9000000 /dev/zero | tr '\\0' x")).stdout())
                .hasSize(8 << 20);
    }

    @Test
    void inputThatIsNotReadIsNoError() throws Exception {
        assertThat(exec(Command.of("true").stdin(new ByteArrayInputStream(new byte[10_000_000])))
                        .succeeded())
                .isTrue();
        assertThat(exec(Command.of("head", "-c", "3").stdin("abcdef")).stdout()).isEqualTo("abc");
    }

    @Test
    void slowReaderOfInputHoldsItBack() throws Exception {
        AtomicReference<Long> taken = new AtomicReference<>(0L);
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                taken.set(taken.get() + length);
                return length;
            }
        };

        exec(Command.of("sleep", "1").stdin(endless));

        assertThat(taken.get()).isBetween(1L, 4_000_000L);
    }

    @Test
    void manyCommandsInSequence() throws Exception {
        for (int i = 0; i < 200; i++) {
            assertThat(exec(Command.of("printf", "%s", "n" + i)).stdout()).isEqualTo("n" + i);
        }
    }

    @Test
    void manyCommandsAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<ExecResult>> results = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                byte[] input = String.valueOf(i).repeat(50_000).getBytes(UTF_8);
                results.add(threads.submit(() -> exec(Command.of("cat").stdin(new ByteArrayInputStream(input)))));
            }
            for (int i = 0; i < 64; i++) {
                assertThat(results.get(i).get().stdout())
                        .isEqualTo(String.valueOf(i).repeat(50_000));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void commandEndsWithItsTime() throws Exception {
        Command command = Command.shell("trap 'echo bye; exit' TERM; echo begun; sleep 4711 & wait; true")
                .timeout(Duration.ofSeconds(2));

        CommandTimeoutException e = catchThrowableOfType(CommandTimeoutException.class, () -> exec(command));

        assertThat(e.stdout()).startsWith("begun\n");
        await().until(() -> !runs("sleep 4711"));
    }

    @Test
    void commandThatHeedsNoSignalIsKilled() {
        Command command = Command.shell("trap '' TERM; sleep 4712; true").timeout(Duration.ofSeconds(1));

        assertThatThrownBy(() -> exec(command)).isInstanceOf(CommandTimeoutException.class);

        await().atMost(Duration.ofSeconds(20)).until(() -> !runs("sleep 4712"));
    }

    @Test
    void commandEndsWithAnInterrupt() throws Exception {
        AtomicReference<Exception> end = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            try {
                exec(Command.shell("sleep 4713; true"));
            } catch (Exception e) {
                end.set(e);
            }
        });
        caller.start();
        await().until(() -> runs("sleep 4713"));

        caller.interrupt();

        caller.join(10_000);
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        await().until(() -> !runs("sleep 4713"));
    }

    @Test
    void commandEndsWithTheClient() throws Exception {
        LxdClient other = LxdClient.at(host.socket());
        AtomicReference<Exception> end = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            try {
                other.exec(host.project(), INSTANCE, Command.of("sleep", "4714"));
            } catch (Exception e) {
                end.set(e);
            }
        });
        caller.start();
        await().until(() -> runs("sleep 4714"));

        other.close();

        caller.join(10_000);
        assertThat(end.get()).isInstanceOf(LxdException.class);
        await().until(() -> !runs("sleep 4714"));
    }

    @Test
    void outputEndsWhenAllWhoWriteItHaveEnded() throws Exception {
        assertThat(exec(Command.shell("(sleep 1; echo late) & echo early")).stdout())
                .isEqualTo("early\nlate\n");
        assertThat(exec(Command.shell("sleep 4715 >/dev/null 2>&1 </dev/null & echo early"))
                        .stdout())
                .isEqualTo("early\n");
        assertThat(runs("sleep 4715")).isTrue();
        assertThatThrownBy(() -> exec(Command.shell("sleep 4716 & echo early").timeout(Duration.ofSeconds(2))))
                .isInstanceOf(CommandTimeoutException.class);
        await().until(() -> !runs("sleep 4716"));
    }

    @Test
    void commandThatClosesItsOutputIsWaitedFor() throws Exception {
        ExecResult result = exec(Command.shell("exec >&- 2>&-; sleep 1; exit 5"));

        assertThat(result.exitStatus()).isEqualTo(5);
    }

    @Test
    void outputThatCannotBePassedOnEndsIt() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("disk full");
            }
        };

        LxdException e = catchThrowableOfType(
                LxdException.class,
                () -> exec(Command.shell("echo x; sleep 4717; true").stdout(broken)));

        assertThat(e.reason()).isEqualTo(Reason.COMMAND_STREAM);
        assertThat(e).hasMessageContaining("disk full");
        await().until(() -> !runs("sleep 4717"));
    }

    @Test
    void inputThatCannotBeReadEndsIt() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("unplugged");
            }
        };

        LxdException e = catchThrowableOfType(
                LxdException.class, () -> exec(Command.of("sleep", "4718").stdin(broken)));

        assertThat(e.reason()).isEqualTo(Reason.COMMAND_STREAM);
        assertThat(e).hasMessageContaining("unplugged");
    }

    @Test
    void lostConnectionIsNoResult() throws Exception {
        try (LxdProxy proxy = LxdProxy.before(host.socket());
                LxdClient client = LxdClient.at(proxy.socket())) {
            CountDownLatch begun = new CountDownLatch(1);
            OutputStream out = new OutputStream() {
                @Override
                public void write(int b) {
                    begun.countDown();
                }
            };
            AtomicReference<Exception> end = new AtomicReference<>();
            Thread caller = new Thread(() -> {
                try {
                    client.exec(
                            host.project(),
                            INSTANCE,
                            Command.shell("echo begun; sleep 4719; true").stdout(out));
                } catch (Exception e) {
                    end.set(e);
                }
            });
            caller.start();
            begun.await();
            proxy.cut();
            caller.join(30_000);

            assertThat(end.get())
                    .isInstanceOf(LxdException.class)
                    .hasMessageContaining("was lost while '/bin/sh' ran in exec, so it is not known how it ended");
            await().until(() -> !runs("sleep 4719"));
        }
    }

    @Test
    void secretsAreInNoArguments() throws Exception {
        String secret = "canary-5f0c2a";
        Thread caller = new Thread(() -> {
            try {
                exec(Command.shell("printf x; read line; sleep 4720; true")
                        .env("SECRET", secret)
                        .stdin(secret + "\n"));
            } catch (Exception e) {
                Thread.currentThread().interrupt();
            }
        });
        caller.start();
        await().until(() -> runs("sleep 4720"));

        assertThat(hostArguments()).noneMatch(line -> line.contains(secret));
        assertThat(host.get("/1.0/operations?recursion=1&project=" + host.project())
                        .toString())
                .contains("/exec")
                .doesNotContain(secret);
        caller.interrupt();
        caller.join(10_000);
        await().until(() -> !runs("sleep 4720"));
    }

    private static List<String> hostArguments() throws IOException {
        List<String> all = new ArrayList<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(each -> each.getFileName().toString().matches("[0-9]+"))
                    .toList()) {
                try {
                    all.add(new String(Files.readAllBytes(process.resolve("cmdline")), UTF_8));
                } catch (IOException e) {
                    all.add(""); // it has ended
                }
            }
        }
        return all;
    }

    @Test
    void instanceThatDoesNotRunIsRefused() throws Exception {
        LxdException missing =
                catchThrowableOfType(LxdException.class, () -> lxd.exec(host.project(), "none", Command.of("true")));

        assertThat(missing.isMissing()).isTrue();
        assertThat(missing).hasMessage("Instance not found");
    }
}
