package dev.allocator.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.testkit.LeakJudge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes share room for few machines, and one of them is killed. */
@Timeout(600)
class LimitTest {

    private static final int PROCESSES = 4;
    private static final int EACH = 60;
    private static final int THREADS = 3;
    private static final int MOST = 3;

    @TempDir
    Path temp;

    @Test
    void nobodyGetsMoreThanThereIsAndARoomOfTheDeadComesBack() throws Exception {
        Requirement.programs();
        Path state = temp.resolve("state");
        Path holders = Files.createDirectory(temp.resolve("holders"));
        List<Program> programs = new ArrayList<>();
        long start = System.nanoTime();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                programs.add(Program.start(
                        Files.createDirectory(temp.resolve("process-" + i)),
                        LimitProgram.class,
                        state.toString(),
                        "" + EACH,
                        "" + THREADS,
                        "" + MOST,
                        holders.toString()));
            }
            Program victim = programs.remove(0);
            await().atMost(Program.LIMIT).until(() -> victim.output().lines().count() > EACH / 4);
            victim.kill();
            assertThat(victim.output()).doesNotContain("clash");
            for (Program program : programs) {
                assertThat(program.process().waitFor(9, TimeUnit.MINUTES)).isTrue();
                program.awaitSuccess();
                assertThat(program.output().lines()).hasSize(EACH).allMatch(line -> line.startsWith("got "));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "%d processes × %d threads shared %d machines: %d allocations in %.1f s%n",
                    PROCESSES, THREADS, MOST, (PROCESSES - 1) * EACH, seconds);
        } finally {
            programs.forEach(Program::close);
        }
        LeakJudge.of(state).timekeeperMayLinger().awaitClean(CrashRun.GONE);
    }
}
