package dev.allocator.core.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.RealmId;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Lines that are told as they come. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class OutputLinesTest {

    private static final String LIMIT_REACHED = "[more than 16 MiB of output: the rest is dropped]";

    private final SessionProcesses processes = new SessionProcesses(
            new RealmId("00000000-0000-4000-8000-000000000001"), Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
    private final List<String> lines = new ArrayList<>();

    @TempDir
    Path folder;

    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(30));
    }

    private static ProcessSpec sh(String script) {
        return ProcessSpec.of(List.of("bash", "-c", script));
    }

    private ProcessResult run(String script) throws Exception {
        return processes.run(sh(script), soon(), lines::add);
    }

    @Test
    void linesComeBeforeTheProcessEnds() throws Exception {
        Path heard = folder.resolve("heard");
        ProcessResult result = processes.run(
                sh("echo one; until [ -e " + heard + " ]; do sleep 0.01; done; echo two >&2; exit 3"), soon(), line -> {
                    lines.add(line);
                    touch(heard); // or it would never end
                });
        assertThat(result).isEqualTo(new ProcessResult(3, "one\ntwo\n", false));
        assertThat(lines).containsExactly("one", "two");
    }

    private static void touch(Path file) {
        try {
            Files.write(file, new byte[0]);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anyBytesAndLineEndsAreTold() throws Exception {
        run("printf 'a\\r\\n\\n\\303\\244\\377\\0b\\n\\r\\nc\\rd\\nno end'");
        assertThat(lines).containsExactly("a", "", "ä\uFFFD\0b", "", "c\rd", "no end");
    }

    @Test
    void noOutputIsNoLine() throws Exception {
        run("exit 0");
        assertThat(lines).isEmpty();
    }

    @Test
    void aLongLineIsToldInPiecesThatCutNoCharacter() throws Exception {
        run(
                "printf x; head -c 200002 /dev/zero | sed 's/\\x0\\x0/\\xc3\\xa4/g'; echo; head -c 65536 /dev/zero | tr '\\0' y;"
                        + " echo; echo end");
        assertThat(lines).hasSize(6).last().isEqualTo("end");
        assertThat(lines.get(4)).hasSize(65536).matches("y*");
        assertThat(String.join("", lines.subList(0, 4))).isEqualTo("x" + "ä".repeat(100_001));
    }

    @Test
    void whatIsOverTheLimitIsDroppedAndSaidSo() throws Exception {
        Path file = folder.resolve("log");
        ProcessResult result = processes.run(
                sh("yes 0123456789abcde | head -c 20000000; exit 4").output(file), soon(), lines::add);
        assertThat(result).isEqualTo(new ProcessResult(4, "", false));
        assertThat(lines).hasSize((1 << 20) + 1).last().isEqualTo(LIMIT_REACHED);
        assertThat(Files.size(file)).isEqualTo(16 << 20);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsJustTheLimitIsToldWhole() throws Exception {
        run("yes 0123456789abcde | head -c " + (16 << 20));
        assertThat(lines).hasSize(1 << 20).last().isEqualTo("0123456789abcde");
    }

    @Test
    void aFloodFillsNoDisk() throws Exception {
        Path file = folder.resolve("log");
        AtomicLong largest = new AtomicLong();
        AtomicLong told = new AtomicLong();
        ProcessResult result = processes.run(
                sh("trap '' TERM; yes").output(file).grace(Duration.ofMillis(500)),
                Deadline.in(Duration.ofSeconds(1)),
                line -> {
                    if (told.incrementAndGet() % 1000 == 0) {
                        largest.accumulateAndGet(file.toFile().length(), Math::max);
                    }
                });
        assertThat(result.timedOut()).isTrue();
        assertThat(Files.size(file)).isEqualTo(16 << 20);
        assertThat(largest.get()).isLessThan(1L << 30);
    }

    @Test
    void whoListensSlowlyDelaysNoDeadline() throws Exception {
        Path pid = folder.resolve("pid");
        AtomicLong told = new AtomicLong();
        AtomicBoolean alive = new AtomicBoolean();
        processes.run(sh("echo $$ >" + pid + "; exec yes"), Deadline.in(Duration.ofMillis(500)), line -> {
            if (told.incrementAndGet() % 10_000 == 0) {
                LockSupport.parkNanos(1_000_000);
                alive.set(ProcessIdentity.of(number(pid)).isPresent());
            }
        });
        assertThat(told.get()).isGreaterThan(8_000_000);
        assertThat(alive).as("the process lives when its last lines are told").isFalse();
    }

    private static long number(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFileThatIsThereIsAppendedToAndToldFromItsEnd() throws Exception {
        Path file = Files.writeString(folder.resolve("log"), "before");
        processes.run(sh("echo now").output(file), soon(), lines::add);
        assertThat(lines).containsExactly("now");
        assertThat(file).hasContent("beforenow\n");
    }

    @Test
    void aGrandchildThatKeepsTheOutputDelaysNothing() throws Exception {
        run("sleep 50 & echo $!");
        assertThat(lines).hasSize(1);
        ProcessHandle.of(Long.parseLong(lines.get(0))).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void standardOutputGoesToAFileOfItsOwnAndIsCut() throws Exception {
        Path out = folder.resolve("out");
        ProcessResult result = processes.run(
                sh("echo log >&2; yes | head -c 20000000; echo end >&2").standardOutput(out), soon(), lines::add);
        assertThat(lines).containsExactly("log", "end");
        assertThat(result.output()).isEqualTo("log\nend\n");
        assertThat(Files.size(out)).isEqualTo(16 << 20);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
    }

    @Test
    void theSameWithoutLines() throws Exception {
        Path out = folder.resolve("out");
        ProcessResult result =
                processes.run(sh("echo log >&2; printf '\\0\\377'").standardOutput(out), soon());
        assertThat(result).isEqualTo(new ProcessResult(0, "log\n", false));
        assertThat(Files.readAllBytes(out)).containsExactly(0, 255);
    }

    @Test
    void inputComesFromAFile() throws Exception {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        Path in = Files.write(folder.resolve("in"), all);
        Path out = folder.resolve("out");
        processes.run(sh("cat").input(in).standardOutput(out), soon());
        assertThat(Files.readAllBytes(out)).isEqualTo(all);
        assertThatThrownBy(() -> processes.run(sh("cat").input(folder.resolve("gone")), soon()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gone");
    }

    @Test
    void aProcessMayEndByItselfAfterTheDeadline() throws Exception {
        ProcessResult result = processes.run(
                sh("trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.02; done")
                        .grace(Duration.ofSeconds(20)),
                Deadline.in(Duration.ofSeconds(2)),
                lines::add);
        assertThat(result.timedOut()).isTrue();
        assertThat(result.exitStatus()).isEqualTo(7);
        assertThat(lines).startsWith("ready").endsWith("bye"); // in between bash tells of its sleep
    }

    @Test
    void aProcessThatDoesNotIsKilledWithItsGroup() throws Exception {
        ProcessResult result = processes.run(
                sh("trap '' TERM; sleep 50 & echo $!; wait").grace(Duration.ofMillis(200)),
                Deadline.in(Duration.ofMillis(500)),
                lines::add);
        assertThat(result.timedOut()).isTrue();
        assertThat(result.exitStatus()).isEqualTo(137);
        long child = Long.parseLong(lines.get(0));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> ProcessIdentity.of(child).isEmpty());
    }

    @Test
    void anInterruptedCallerLetsItEndByItselfAndHearsItsLastWords() {
        Thread caller = Thread.currentThread();
        assertThatThrownBy(() -> processes.run(
                        sh("trap 'echo bye; printf end; exit' TERM; echo ready; while :; do sleep 0.02; done")
                                .grace(Duration.ofSeconds(20)),
                        soon(),
                        line -> {
                            lines.add(line);
                            if (line.equals("ready")) {
                                caller.interrupt();
                            }
                        }))
                .isInstanceOf(InterruptedException.class);
        assertThat(lines).startsWith("ready").endsWith("bye", "end");
    }

    @Test
    void aListenerThatFailsEndsTheProcess() {
        List<Long> pid = new ArrayList<>();
        assertThatThrownBy(() -> processes.run(sh("echo $$; exec sleep 50"), soon(), line -> {
                    pid.add(Long.parseLong(line));
                    throw new IllegalStateException("no more");
                }))
                .hasMessage("no more");
        assertThat(ProcessIdentity.of(pid.get(0))).isEmpty();
    }

    @Test
    void aTrapRunsOncePerSignal() throws Exception {
        var child = processes.start(
                sh("trap 'echo term' TERM; echo ready; until [ -e " + folder + "/end ]; do sleep 0.02; done")
                        .output(folder.resolve("log")));
        try {
            awaitLog("ready\n");
            child.terminate();
            awaitLog("term\n");
            touch(folder.resolve("end"));
            assertThat(child.exit().toCompletableFuture().get()).isZero();
        } finally {
            child.kill();
        }
        assertThat(Files.readAllLines(folder.resolve("log"))).containsOnlyOnce("term");
    }

    private void awaitLog(String content) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            try (RandomAccessFile log =
                    new RandomAccessFile(folder.resolve("log").toFile(), "r")) {
                byte[] bytes = new byte[(int) log.length()];
                log.readFully(bytes);
                return new String(bytes, StandardCharsets.UTF_8).endsWith(content);
            }
        });
    }

    @Test
    void aTaggedProcessKnowsItsGroup() throws Exception {
        var machine = dev.allocator.MachineId.random();
        var child = processes.start(sh("sleep 50 & exec sleep 51").machine(machine));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(processes.tagged())
                        .filteredOn(tagged -> tagged.machine().equals(machine)
                                && tagged.command().get(0).equals("sleep"))
                        .hasSize(2)
                        .allMatch(tagged -> tagged.group() == child.pid()));
        child.kill();
    }
}
