package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.cli.Installation.Ran;
import dev.allocator.cli.Workplace.Started;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The built program and real machines: what fails, or is ended from outside, leaves nothing behind. */
@Timeout(600)
class GuestFailuresIT {

    @TempDir
    Path scratch;

    private Workplace work;

    @BeforeEach
    void open() throws Exception {
        work = new Workplace(scratch);
    }

    @AfterEach
    void lookForLeftovers() {
        if (work != null) {
            work.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, true, 130", "TERM, false, 143", "HUP, true, 129"})
    void aSignalWhileWaitingForTheLogInUndoesAll(String signal, boolean wholeGroup, int status) throws Exception {
        // A process group of its own, in which no signal is ignored, whatever this JVM was started by.
        Started allocate = work.start(
                Map.of(), List.of("setsid", "env", "--default-signal", Workplace.PROGRAM, "allocate", "debian-12"));
        awaitReach(allocate);
        assertThat(Host.machineProcesses(work.state)).isNotEmpty();
        long pid = allocate.process().pid();
        assertThat(work.start(Map.of(), List.of("kill", "-" + signal, "--", (wholeGroup ? "-" : "") + pid))
                        .await()
                        .status())
                .isZero();

        Ran ran = allocate.await(30);
        assertThat(ran.status()).isEqualTo(status);
        assertThat(ran.out()).isEqualTo("cannot allocate 'debian-12': interrupted by a signal\n");
        assertThat(ran.err()).endsWith("allocator: interrupted by a signal, destroying the machine\n");
        assertThat(Host.machineProcesses(work.state)).isEmpty();
        assertThat(Host.machineFiles(work.state)).isEmpty();
    }

    private static void awaitReach(Started allocate) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> allocate.err().contains("waiting until it can be logged in to"));
    }

    @Test
    void eachReasonIsOneLine() throws Exception {
        Started wrong = work.start("-v", "allocate", "wrong-password");
        Started panic = work.start("allocate", "panic");
        Ran missing = work.run("allocate", "no-image");
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.out()).contains("no-image", "missing.qcow2").hasLineCount(1);
        assertThat(missing.err())
                .contains("allocator: " + missing.out())
                .endsWith("TROUBLESHOOTING.md#image-missing\n");

        Ran panicked = panic.await();
        assertThat(panicked.status()).isEqualTo(1);
        assertThat(panicked.out()).startsWith("cannot allocate 'panic': ").hasLineCount(1);
        assertThat(panicked.err()).contains("console ended with:", "Kernel panic");

        Ran refused = wrong.await();
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.out())
                .startsWith("cannot allocate 'wrong-password': reach: ")
                .hasLineCount(1);
        assertThat(refused.out() + refused.err()).doesNotContain(Workplace.WRONG_PASSWORD);
    }

    @Test
    void aMachineWhoseAddressNobodyReadsIsDestroyed() throws Exception {
        Started closed =
                work.start(Map.of(), List.of("sh", "-c", "exec \"$0\" allocate debian-12 >&-", Workplace.PROGRAM));
        Started readerGone = work.start(
                Map.of(),
                List.of("/bin/bash", "-c", "\"$0\" allocate debian-12 | :; exit ${PIPESTATUS[0]}", Workplace.PROGRAM));
        for (Started each : List.of(closed, readerGone)) {
            Ran ran = each.await();
            assertThat(ran.status()).as(ran.err()).isEqualTo(1);
            assertThat(ran.err()).contains("ready after ").endsWith("so the machine was discarded\n");
        }
        assertThat(Host.machineProcesses(work.state)).isEmpty();
        assertThat(Host.machineFiles(work.state)).isEmpty();
    }

    @Test
    void cleanupDestroysWhatAKilledProcessLeftThatNobodyWatched() throws Exception {
        Started allocate = work.start("allocate", "debian-12");
        awaitReach(allocate);
        List<Long> watchers = Host.watchers(work.state);
        assertThat(watchers).isNotEmpty();
        watchers.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        allocate.process().destroyForcibly();
        assertThat(allocate.await().status()).isEqualTo(137);
        await().until(() -> Collections.disjoint(Host.machineProcesses(work.state), watchers));
        List<Long> processes = Host.machineProcesses(work.state);
        assertThat(processes).isNotEmpty();
        List<Path> files = Host.machineFiles(work.state);
        List<Path> records = Host.files(work.state.resolve("records")).toList();

        Ran dryRun = work.run("cleanup", "--dry-run");
        assertThat(dryRun.status()).isZero();
        assertThat(dryRun.out().lines()).isNotEmpty().allMatch(line -> line.startsWith("would destroy "));
        assertThat(Host.machineProcesses(work.state)).isEqualTo(processes);
        assertThat(Host.machineFiles(work.state)).containsExactlyInAnyOrderElementsOf(files);
        assertThat(Host.files(work.state.resolve("records"))).containsExactlyInAnyOrderElementsOf(records);

        Ran cleanup = work.run("cleanup");
        assertThat(cleanup.status()).isZero();
        assertThat(cleanup.out().lines()).isNotEmpty().allMatch(line -> line.startsWith("destroyed "));
        Host.awaitNoMachines(work.state);
        assertThat(work.run("cleanup")).isEqualTo(new Ran(0, "nothing to clean up\n", ""));
        assertThat(Files.readString(allocate.stdout())).isEmpty();
    }
}
