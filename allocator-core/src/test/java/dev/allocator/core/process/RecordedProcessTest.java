package dev.allocator.core.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.TaggedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class RecordedProcessTest {

    private final RealmId realm = new RealmId("00000000-0000-4000-8000-000000000002");
    private final MachineId machine = MachineId.random();
    private final SessionProcesses processes =
            new SessionProcesses(realm, Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));

    @TempDir
    Path folder;

    private Path record;
    private Path barrier;

    @BeforeEach
    void names() {
        record = folder.resolve("process");
        barrier = folder.resolve("discarded");
    }

    @AfterEach
    void killAll() throws Exception {
        ours().forEach(found -> found.process().kill());
        await().atMost(Duration.ofSeconds(10)).until(() -> ours().isEmpty());
    }

    private List<TaggedProcess> ours() throws IOException {
        return processes.tagged().stream()
                .filter(found -> found.machine().equals(machine))
                .toList();
    }

    private ProcessSpec recorded(String... command) {
        return ProcessSpec.of(List.of(command)).recorded(record, barrier).machine(machine);
    }

    private ChildProcess awaitRunning() {
        return await().atMost(Duration.ofSeconds(10))
                .until(() -> processes.find(record, machine), Optional::isPresent)
                .orElseThrow();
    }

    @Test
    void recordsTheVeryProcessThatTheProgramBecomes() throws Exception {
        Path odd = Files.copy(Path.of("/bin/sleep"), folder.resolve("a ) R (b"));
        Files.setPosixFilePermissions(odd, PosixFilePermissions.fromString("rwx------"));

        ChildProcess child = processes.start(recorded(odd.toString(), "60"));

        await().atMost(Duration.ofSeconds(10))
                .until(() -> Files.readString(Path.of("/proc/" + child.pid() + "/comm"))
                        .strip()
                        .equals("a ) R (b"));
        assertThat(ProcessIdentity.read(record)).contains(new ProcessIdentity(child.pid(), child.startTime()));
        assertThat(ProcessIdentity.of(child.pid())).isEqualTo(ProcessIdentity.read(record));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(record)))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(record, odd);
        }
    }

    @Test
    void aBarrierThatIsThereKeepsTheProgramFromStarting() throws Exception {
        Files.createFile(barrier);

        ChildProcess child =
                processes.start(recorded("touch", folder.resolve("ran").toString()));

        assertThat(child.exit().toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(Launcher.BARRED);
        assertThat(folder.resolve("ran")).doesNotExist();
        assertThat(ProcessIdentity.read(record)).isPresent();
        assertThat(processes.find(record, machine)).isEmpty();
    }

    @RepeatedTest(20)
    void aBarrierPutUpMeanwhileStopsTheStartOrTheProcessIsFound() throws Exception {
        ChildProcess child = processes.start(recorded("sleep", "60"));
        Files.createFile(barrier);

        processes.find(record, machine).ifPresent(ChildProcess::kill);

        // Either it was found just now, or it sees the barrier.
        assertThat(child.exit().toCompletableFuture().get(10, TimeUnit.SECONDS)).isIn(137, Launcher.BARRED);
    }

    @Test
    void doesNotStartWithoutItsRecord() throws Exception {
        ProcessSpec spec = ProcessSpec.of(List.of("touch", folder.resolve("ran").toString()))
                .recorded(folder.resolve("gone/process"), barrier);

        ChildProcess child = processes.start(spec);

        assertThat(child.exit().toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(Launcher.NOT_RECORDED);
        assertThat(folder.resolve("ran")).doesNotExist();
    }

    @Test
    void findsAndKillsAProcessByItsRecordAlone() throws Exception {
        ChildProcess child = processes.start(recorded("sleep", "60"));

        ChildProcess found = awaitRunning();
        assertThat(found.pid()).isEqualTo(child.pid());
        assertThat(found.startTime()).isEqualTo(child.startTime());
        var end = found.exit().toCompletableFuture();
        assertThat(end).isNotDone();
        found.kill();

        assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo(-1);
        assertThat(child.exit().toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(137);
        assertThat(processes.find(record, machine)).isEmpty();
        assertThat(found.exit().toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(-1);
        found.kill();
    }

    @Test
    void neverTakesAnotherProcessForTheRecordedOne() throws Exception {
        ChildProcess stranger = processes.start(ProcessSpec.of(List.of("sleep", "60")));
        ProcessIdentity reused = new ProcessIdentity(stranger.pid(), stranger.startTime() - 1);

        Files.writeString(record, reused + "\n");
        assertThat(processes.find(record, machine)).isEmpty();
        reused.kill();
        Files.writeString(record, stranger.pid() + " " + stranger.startTime() + "\n");
        assertThat(processes.find(record, machine)).as("not tagged").isEmpty();

        assertThat(ProcessIdentity.of(stranger.pid())).isPresent();
        stranger.kill();
        assertThat(stranger.exit().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isEqualTo(137);
    }

    @Test
    void refusesARecordItCannotRead() throws Exception {
        assertThat(processes.find(record, machine)).isEmpty();

        Files.writeString(record, "12 3x");
        assertThatThrownBy(() -> processes.find(record, machine))
                .isInstanceOf(IOException.class)
                .hasMessage(record + ": not a process record: '12 3x'");
    }

    @Test
    void listsTaggedProcessesWithFolderAndCommand() throws Exception {
        ChildProcess child = processes.start(recorded("sleep", "60").directory(folder));
        awaitRunning();

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(ours()).singleElement().satisfies(found -> {
                    assertThat(found.process().pid()).isEqualTo(child.pid());
                    assertThat(found.realm()).isEqualTo(realm);
                    assertThat(found.directory()).isEqualTo(folder.toRealPath());
                    assertThat(found.command().get(0)).endsWith("/sleep");
                    assertThat(found.command()).endsWith("60");
                }));
    }
}
