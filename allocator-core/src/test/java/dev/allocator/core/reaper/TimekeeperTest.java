package dev.allocator.core.reaper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.LeaseId;
import dev.allocator.RealmId;
import dev.allocator.core.lease.Wakeup;
import dev.allocator.core.process.OrphanShell;
import dev.allocator.core.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real script, with a reaper that only notes that it ran and removes what is due. */
@Timeout(120)
class TimekeeperTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String REAPER = "0123456789abcdef";

    /** What stands for {@code java @args STATE}; it keeps wake-ups of the time after the test. */
    private static final String FAKE = """
            echo "$2" >>"$2/ran"
            rm -f "$2"/wakeups/0000* "$2"/wakeups/process-*
            """;

    @TempDir
    Path folder;

    private final List<Path> states = new ArrayList<>();
    private Path state;
    private WakeupFiles wakeups;
    private Timekeeper timekeeper;

    private void prepare(Path state) throws IOException {
        this.state = Files.createDirectories(state);
        states.add(state);
        Path reaper = Files.createDirectories(state.resolve("reaper").resolve(REAPER));
        Files.writeString(reaper.resolve("args"), "");
        Files.writeString(reaper.resolve("java"), FAKE);
        timekeeper = new Timekeeper(new OrphanShell(RealmId.random(), System.getenv()), state);
        wakeups = new WakeupFiles(state, timekeeper, () -> REAPER, InstantSource.system());
    }

    @AfterEach
    void nothingRuns() throws IOException {
        for (Path state : states) {
            Optional<ProcessIdentity> process = identity(state);
            process.ifPresent(ProcessIdentity::kill);
            await().atMost(SOON)
                    .until(() -> process.filter(ProcessIdentity::isAlive).isEmpty());
        }
    }

    private static Optional<ProcessIdentity> identity(Path state) {
        try {
            return ProcessIdentity.read(state.resolve("timekeeper"));
        } catch (IOException e) {
            return Optional.empty(); // it says nothing once it ends
        }
    }

    /** Due, in the eyes of the fake reaper. */
    private static Wakeup due() {
        return Wakeup.at(LeaseId.random(), Instant.EPOCH);
    }

    private static Wakeup in(Duration delay) {
        return Wakeup.at(LeaseId.random(), Instant.now().plus(delay));
    }

    private void awaitRun() {
        await().atMost(SOON).until(() -> Files.exists(state.resolve("ran")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "with spaces",
                "quote'd \"twice\"",
                "new\nline",
                "$HOME `id` *",
                "back\\slash",
                "-x",
                "ü"
            })
    void itRunsTheReaperWhateverTheStateDirectoryIsCalled(String name) throws IOException {
        prepare(folder.resolve(name));
        wakeups.set(due());
        awaitRun();
        assertThat(Files.readString(state.resolve("ran"))).isEqualTo(state + "\n");
    }

    @Test
    void aSecondOneEndsAndTheFirstLooksAgain() throws IOException {
        prepare(folder);
        wakeups.set(in(Duration.ofHours(1)));
        Optional<ProcessIdentity> first = ProcessIdentity.read(state.resolve("timekeeper"));
        wakeups.set(in(Duration.ofHours(2)));
        wakeups.set(due());
        awaitRun();
        assertThat(ProcessIdentity.read(state.resolve("timekeeper")))
                .isEqualTo(first)
                .isPresent();
    }

    @Test
    void aProcessIsWaitedFor() throws Exception {
        prepare(folder);
        Process process = new ProcessBuilder("sleep", "1000").start();
        ProcessIdentity identity = ProcessIdentity.of(process.pid()).orElseThrow();
        wakeups.set(new Wakeup(LeaseId.random(), Instant.EPOCH, Optional.of(identity)));
        wakeups.set(in(Duration.ofHours(1)));
        assertThat(state.resolve("ran")).doesNotExist();
        process.destroyForcibly().waitFor();
        awaitRun();
    }

    @Test
    void aReusedProcessIdIsAnotherProcess() throws IOException {
        prepare(folder);
        ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
        ProcessIdentity former = new ProcessIdentity(self.pid(), self.startTime() - 1);
        wakeups.set(new Wakeup(LeaseId.random(), Instant.EPOCH, Optional.of(former)));
        awaitRun();
    }

    @Test
    void itEndsWithTheLastWakeup() throws IOException {
        prepare(folder);
        Wakeup first = in(Duration.ofHours(1));
        Wakeup last = in(Duration.ofHours(2));
        wakeups.set(first);
        wakeups.set(last);
        wakeups.clear(first);
        assertThat(timekeeper.runs()).isTrue();
        wakeups.clear(last);
        assertThat(timekeeper.runs()).isFalse();
    }

    @Test
    void afterItWasKilledTheNextOneTakesOver() throws IOException {
        prepare(folder);
        wakeups.set(in(Duration.ofHours(1)));
        ProcessIdentity.read(state.resolve("timekeeper")).orElseThrow().kill();
        await().atMost(SOON).until(() -> !timekeeper.runs());
        assertThat(wakeups.isUnkept()).isTrue();
        wakeups.ensureKept();
        assertThat(wakeups.isUnkept()).isFalse();
    }

    @Test
    void noneIsLostWhileItEnds() throws IOException {
        for (int round = 0; round < 40; round++) {
            prepare(folder.resolve("round " + round));
            Wakeup last = in(Duration.ofHours(1));
            wakeups.set(last);
            CompletableFuture<Void> ending = CompletableFuture.runAsync(() -> wakeups.clear(last));
            wakeups.set(due());
            awaitRun();
            ending.join();
        }
    }

    @Test
    void tenThousandAreNoBurden() throws IOException {
        prepare(folder);
        Files.createDirectories(wakeups.folder());
        long later = Instant.now().plus(Duration.ofDays(1)).getEpochSecond();
        for (int i = 0; i < 10_000; i++) {
            Files.writeString(
                    wakeups.folder().resolve("%012d-%s".formatted(later + i, LeaseId.random())), REAPER + "\n");
        }
        wakeups.set(due());
        awaitRun();
        assertThat(Files.readString(state.resolve("ran")).lines()).hasSize(1);
    }

    @Test
    void anyReaperDoesIfTheRightOneIsGone() throws IOException {
        prepare(folder);
        new WakeupFiles(state, timekeeper, () -> "swept", InstantSource.system()).set(due());
        awaitRun();
    }

    @Test
    void anEarlierClockIsNoticed() throws IOException {
        prepare(folder);
        Wakeup wakeup = in(Duration.ofHours(1));
        wakeups.set(wakeup);
        // As if the clock had been set forward: the same wake-up is overdue when it looks the next time.
        Files.move(
                wakeups.folder().resolve(WakeupFile.of(wakeup).name()),
                wakeups.folder().resolve(WakeupFile.of(due()).name()));
        timekeeper.look();
        awaitRun();
    }

    @Test
    void itHoldsNoFileOfItsStarter() throws IOException {
        prepare(folder);
        wakeups.set(in(Duration.ofHours(1)));
        long pid =
                ProcessIdentity.read(state.resolve("timekeeper")).orElseThrow().pid();
        String keeper = state.resolve("timekeeper").toRealPath().toString();
        await().atMost(SOON).until(() -> Set.of("/dev/null", keeper).containsAll(openFiles(pid)));
        assertThat(Files.readString(Path.of("/proc", Long.toString(pid), "environ")))
                .contains("ALLOCATOR_REALM=");
        assertThat(Map.of("cwd", Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd"))))
                .containsValue(Path.of("/"));
    }

    private static List<String> openFiles(long pid) throws IOException {
        List<String> open = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path file : files.toList()) {
                open.add(Files.readSymbolicLink(file).toString());
            }
        }
        return open;
    }
}
