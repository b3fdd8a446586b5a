package dev.allocator.lxd.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.lxd.HoldingProxy;
import dev.allocator.lxd.LxdHost;
import dev.allocator.testkit.LeakJudge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A program is killed with SIGKILL at instants between which its container is in different states. Then nobody opens an
 * allocator, and everything has to be gone but what is not its own, judged by LXD itself and by a shell script.
 */
@Timeout(90)
@Execution(ExecutionMode.CONCURRENT)
class NamedInstantsTest {

    private static final Duration GONE = Duration.ofSeconds(10);

    @TempDir
    Path temp;

    @ParameterizedTest
    @EnumSource
    void nothingIsLeft(Instant instant, TestReporter reporter) throws Exception {
        try (LxdHost host = LxdHost.require();
                HoldingProxy proxy = HoldingProxy.before(host.socket(), "POST /1.0/instances?")) {
            Path socket = instant == Instant.ASKED ? proxy.socket() : host.socket();
            Process program = start(instant, socket, host.project());
            try {
                if (instant == Instant.ASKED) {
                    proxy.awaitHeld();
                    program.destroyForcibly();
                }
                assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                program.destroyForcibly();
            }
            assertThat(program.exitValue())
                    .as(Files.readString(temp.resolve("out")))
                    .isEqualTo(137);
            assertThat(Files.exists(temp.resolve("reached")) || instant == Instant.ASKED)
                    .as("%s", instant)
                    .isTrue();
            long killed = System.nanoTime();
            String left = host.instances().size() + " instances";
            LeakJudge judge = LeakJudge.of(temp.resolve("state"))
                    .temporaryFiles(temp.resolve("tmp"))
                    .timekeeperMayLinger();
            judge.awaitClean(GONE);
            await().atMost(GONE.minusNanos(System.nanoTime() - killed))
                    .until(() -> host.instances().isEmpty());
            reporter.publishEntry(
                    instant.name(),
                    left + " left, gone after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed) + " ms");
        }
    }

    private Process start(Instant instant, Path socket, String project) throws IOException {
        Path temporary = Files.createDirectory(temp.resolve("tmp"));
        ProcessBuilder program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledProgram.class.getName(),
                        instant.name(),
                        socket.toString(),
                        project)
                .directory(temp.toFile())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("out").toFile());
        program.environment().keySet().removeIf(name -> name.startsWith("ALLOCATOR_") || name.startsWith("XDG_"));
        program.environment().put("HOME", temp.toString());
        program.environment().put("TMPDIR", temporary.toString());
        return program.start();
    }
}
