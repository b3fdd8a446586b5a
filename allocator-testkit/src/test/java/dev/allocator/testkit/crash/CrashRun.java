package dev.allocator.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.testkit.LeakJudge;
import dev.allocator.testkit.crash.Steps.Death;
import dev.allocator.testkit.crash.Steps.Death.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** One run of {@link CrashProgram} in a folder of its own, and the verdict on what it left. */
record CrashRun(Path folder) {

    /** How many programs run at once. */
    private static final Semaphore PROCESSORS = new Semaphore(3);

    /** How long anything may last after its owner was killed. */
    static final Duration GONE = Duration.ofSeconds(10);

    /** How long others leave a discard alone that somebody has begun whose death cannot be seen. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A detached lease that nobody discarded must be alive for this long after its owner's death. */
    private static final Duration ALIVE = Duration.ofSeconds(3);

    /** A run that needs to make all that the library keeps for later. */
    static CrashRun in(Path parent) throws IOException {
        return new CrashRun(Files.createDirectory(parent.resolve(
                "run-" + Long.toHexString(ThreadLocalRandom.current().nextLong()))));
    }

    /** A run that finds what another one has made for later, so that the reaper need not be tried each time. */
    static CrashRun after(CrashRun former) throws IOException {
        CrashRun run = in(former.folder.getParent());
        Path state = Files.createDirectory(
                run.folder.resolve("state"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createSymbolicLink(state.resolve("reaper"), former.folder.resolve("state/reaper"));
        return run;
    }

    /** Plays to the end, and returns how long that took from the beginning of its main method. */
    Duration complete(Scenario scenario) throws Exception {
        try (Program program = start(scenario, Death.NEVER)) {
            program.awaitFile("started");
            long start = System.nanoTime();
            program.awaitSuccess();
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    private Program start(Scenario scenario, Death death) throws IOException {
        return Program.start(folder, CrashProgram.class, folder.toString(), scenario.name(), death.toString());
    }

    /** Runs it, a few at once, and returns its exit status. */
    private int play(Scenario scenario, Death death) throws Exception {
        PROCESSORS.acquire();
        try (Program program = start(scenario, death)) {
            return program.awaitEnd();
        } finally {
            PROCESSORS.release();
        }
    }

    /** Dies at a step, and returns how long it took until nothing was left. */
    Duration dieAt(Scenario scenario, Death death) throws Exception {
        assertThat(play(scenario, death)).isEqualTo(137);
        List<String> done = steps();
        if (death.moment() == Moment.BEFORE) {
            done = done.subList(0, done.size() - 1);
        }
        boolean over = done.stream().anyMatch(step -> step.contains("commit -lease"));
        boolean detached = done.stream().anyMatch(step -> step.endsWith("commit lease ready detached"));
        boolean ending = done.stream().anyMatch(step -> step.contains("commit lease ending"));
        if (detached && !ending) {
            requireAlive();
            return judge().awaitClean(CrashProgram.TTL.plus(GONE));
        }
        Duration gone = judge().awaitClean(detached && !over ? PATIENCE.plus(GONE) : GONE);
        assertThat(folder.resolve("state/evidence"))
                .as("evidence, although nothing failed whose end was told")
                .satisfiesAnyOf(
                        none -> assertThat(none).doesNotExist(),
                        empty -> assertThat(empty).isEmptyDirectory());
        return gone;
    }

    /** Dies some time after it began a step, and returns how long it took until nothing was left. */
    Duration dieDuring(Scenario scenario, int step, Duration delay) throws Exception {
        int status = play(scenario, new Death(step, Moment.DURING, delay.toNanos() / 1000));
        assertThat(status).as("exit status").isIn(0, 137); // it may end just before
        return judge().awaitClean(PATIENCE.plus(GONE)); // it may have been about to discard a detached lease
    }

    /** The steps that it began, with their numbers. */
    List<String> steps() throws IOException {
        return Files.readAllLines(folder.resolve("steps"));
    }

    LeakJudge judge() {
        return LeakJudge.of(folder.resolve("state"))
                .temporaryFiles(folder.resolve("tmp"))
                .timekeeperMayLinger();
    }

    private void requireAlive() {
        long end = System.nanoTime() + ALIVE.toNanos();
        while (System.nanoTime() < end) {
            assertThat(judge().leftovers())
                    .as("a detached machine lives on")
                    .anyMatch(line -> line.startsWith("process ") && line.contains("sleep 86399"))
                    .anyMatch(line -> line.startsWith("record lease/"))
                    .anyMatch(line -> line.startsWith("record machine/"))
                    .anyMatch(line -> line.startsWith("secret: "));
            LockSupport.parkNanos(ALIVE.toNanos() / 10);
        }
    }
}
