package dev.allocator.testkit.reaper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The machines of an owner that is killed are gone soon, although nobody opens an allocator. */
@Timeout(120)
class KilledOwnerTest {

    private static final Duration PROMISED = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    @Test
    void onlyItsOwnMachinesDie() throws Exception {
        Path state = folder.resolve("state");
        try (Jvm killed = Jvm.start(folder, state, 2);
                Jvm other = Jvm.start(folder, state, 2)) {
            List<Long> gone = killed.machines();
            List<Long> kept = other.machines();
            assertThat(gone).allMatch(KilledOwnerTest::isAlive);
            killed.kill();
            await().atMost(PROMISED).until(() -> gone.stream().noneMatch(KilledOwnerTest::isAlive));
            assertThat(kept).allMatch(KilledOwnerTest::isAlive);
            assertThat(other.tell("health")).doesNotContain("reaper");
            assertThat(other.tell("close")).isEqualTo("close done");
            assertThat(kept).noneMatch(KilledOwnerTest::isAlive);
        }
    }

    static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).isPresent();
    }
}
