package dev.allocator.testkit.reaper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The machines of an owner that is killed are gone soon, although nobody opens an allocator. */
@Timeout(120)
class KilledOwnerTest {

    private static final Duration PROMISED = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    @AfterEach
    void letAllEnd() {
        Aftermath.awaitEnd(folder);
    }

    @Test
    void onlyItsOwnMachinesDie() throws Exception {
        Path state = folder.resolve("state");
        try (Jvm killed = Jvm.start(folder, state, 2);
                Jvm other = Jvm.start(folder, state, 2)) {
            List<Long> gone = killed.machines();
            List<Long> kept = other.machines();
            assertThat(gone).allMatch(KilledOwnerTest::isAlive);
            killed.kill();
            awaitGone(gone);
            assertThat(kept).allMatch(KilledOwnerTest::isAlive);
            assertThat(other.tell("health")).doesNotContain("reaper");
            assertThat(other.tell("close")).isEqualTo("close done");
            assertThat(kept).noneMatch(KilledOwnerTest::isAlive);
        }
    }

    @Test
    void alsoAfterItsJarsVanished() throws Exception {
        Path application = Files.createDirectories(folder.resolve("app"));
        List<String> command = List.of(
                Jvm.JAVA,
                "-jar",
                Jars.of(application).toString(),
                folder.resolve("state").toString(),
                "1");
        try (Jvm owner = Jvm.start(folder, command)) {
            List<Long> machines = owner.machines();
            owner.kill();
            Jars.delete(application);
            awaitGone(machines);
        }
    }

    @Test
    void whateverTheStateDirectoryIsCalled() throws Exception {
        try (Jvm owner = Jvm.start(folder, folder.resolve("it's a \"state\": $HOME\\n\n*"), 1)) {
            List<Long> machines = owner.machines();
            owner.kill();
            awaitGone(machines);
        }
    }

    @Test
    void ctrlCAndThenKillToTheWholeProcessGroup() throws Exception {
        for (String signal : List.of("INT", "KILL")) {
            Path state = folder.resolve("state " + signal);
            try (Jvm owner = Jvm.start(folder, Jvm.inOwnGroup(state, 1))) {
                List<Long> machines = owner.machines();
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "kill -s " + signal + " -- -" + owner.process().pid())
                        .start()
                        .waitFor();
                owner.process().waitFor();
                awaitGone(machines);
            }
        }
    }

    @Test
    void alsoIfAllItsChildrenAreKilledFirst() throws Exception {
        try (Jvm owner = Jvm.start(folder, folder.resolve("state"), 1)) {
            // The machines are its children, too: one of them is left alone, to be ended by whoever is left.
            List<Long> machines = owner.machines();
            owner.process()
                    .descendants()
                    .filter(child -> !machines.contains(child.pid()))
                    .forEach(ProcessHandle::destroyForcibly);
            owner.kill();
            awaitGone(machines);
        }
    }

    @Test
    void aGuardianThatIsKilledIsReplaced() throws Exception {
        Path state = folder.resolve("state");
        try (Jvm owner = Jvm.start(folder, state, 1)) {
            List<Long> machines = owner.machines();
            ProcessHandle guardian = guardian(state);
            guardian.destroyForcibly();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> guardians(state).stream().anyMatch(other -> other.pid() != guardian.pid()));
            assertThat(machines).allMatch(KilledOwnerTest::isAlive);
            owner.kill();
            awaitGone(machines);
        }
    }

    @Test
    void closingLeavesNoGuardian() throws Exception {
        Path state = folder.resolve("state");
        try (Jvm owner = Jvm.start(folder, state, 1)) {
            owner.machines();
            assertThat(guardians(state)).hasSize(1);
            owner.tell("close");
            assertThat(guardians(state)).isEmpty();
        }
    }

    @Test
    void aReaperThatIsStartedAlthoughTheOwnerLivesTouchesNothing() throws Exception {
        Path state = folder.resolve("state");
        try (Jvm owner = Jvm.start(folder, state, 1)) {
            List<Long> machines = owner.machines();
            Path reaper;
            try (Stream<Path> folders = Files.list(state.resolve("reaper"))) {
                reaper = folders.findFirst().orElseThrow();
            }
            String token;
            try (Stream<Path> owners = Files.list(state.resolve("owners"))) {
                token = owners.findFirst().orElseThrow().getFileName().toString();
            }
            Process run = new ProcessBuilder("sh", "./java", "@args", state.toString(), token)
                    .directory(reaper.toFile())
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEmpty();
            assertThat(run.waitFor()).isZero();
            assertThat(machines).allMatch(KilledOwnerTest::isAlive);
            assertThat(owner.tell("close")).isEqualTo("close done");
        }
    }

    private static ProcessHandle guardian(Path state) {
        return assertThat(guardians(state)).singleElement().actual();
    }

    private static List<ProcessHandle> guardians(Path state) {
        return Aftermath.processes("read -r farewell", state.toString());
    }

    private static void awaitGone(List<Long> machines) {
        await().atMost(PROMISED).until(() -> machines.stream().noneMatch(KilledOwnerTest::isAlive));
    }

    static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).isPresent();
    }
}
