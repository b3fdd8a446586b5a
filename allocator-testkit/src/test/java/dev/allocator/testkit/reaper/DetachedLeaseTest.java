package dev.allocator.testkit.reaper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Detached leases end when their time is over, although no program of ours runs then. */
@Timeout(120)
class DetachedLeaseTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void itEndsInTime() throws Exception {
        Path state = folder.resolve("state");
        List<Long> machines;
        try (Jvm owner = Jvm.start(folder, state, 1)) {
            machines = owner.machines();
            assertThat(owner.tell("detach")).isEqualTo("detach done");
            assertThat(owner.tell("close")).isEqualTo("close done");
        }
        assertThat(machines).allMatch(KilledOwnerTest::isAlive);
        await().atMost(SOON).until(() -> machines.stream().noneMatch(KilledOwnerTest::isAlive));
        // And then there is nothing left that runs or waits.
        await().atMost(SOON)
                .until(() -> Files.readString(state.resolve("timekeeper")).isBlank());
        Aftermath.awaitEnd(folder);
        try (Stream<Path> wakeups = Files.list(state.resolve("wakeups"))) {
            assertThat(wakeups).isEmpty();
        }
    }
}
