package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes: the leader of a session, a subshell of it, and what that waits for. */
class CallersTest {

    private static final String TREE = "(echo $$; sh -c 'echo $PPID; echo $$; exec sleep 600'; :); :";

    private final List<Long> started = new ArrayList<>();

    @BeforeEach
    void requireProc() {
        Assumptions.assumeTrue(
                "required".equals(System.getProperty("e2e"))
                        || !Host.read(1, "stat").isEmpty(),
                "there is no /proc");
    }

    @AfterEach
    void killAll() {
        started.forEach(CallersTest::kill);
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Starts them; the pids are the leader's, the subshell's and the last one's. */
    private long[] start(String... command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        BufferedReader output = process.inputReader();
        long[] pids = new long[3];
        for (int i = 0; i < pids.length; i++) {
            pids[i] = Long.parseLong(output.readLine());
            started.add(pids[i]);
        }
        started.add(process.pid());
        return pids;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void seesTheEndOfEachAncestorUpToTheLeaderOfTheSession(int ending) throws Exception {
        long[] pids = start("setsid", "sh", "-c", TREE);
        Callers callers = Callers.of(pids[2]);

        assertThat(callers.isEmpty()).isFalse();
        assertThat(callers.ended()).isEmpty();

        kill(pids[ending]);

        await().untilAsserted(() -> assertThat(callers.ended()).contains("process " + pids[ending] + " (sh)"));
    }

    @Test
    void whatIsBeyondTheLeaderDoesNotCount() throws Exception {
        long[] pids = start("sh", "-c", "setsid sh -c \"$0\"; :", TREE);
        Callers callers = Callers.of(pids[2]);
        long beyond = started.get(3);
        assertThat(beyond).isNotEqualTo(pids[0]);

        kill(beyond);
        await().until(() -> ProcessHandle.of(beyond).isEmpty());

        assertThat(callers.ended()).isEmpty();
    }

    @Test
    void aZombieHasEnded() throws Exception {
        long[] pids = start("sh", "-c", "setsid sh -c \"$0\" & exec sleep 600", TREE);
        Callers callers = Callers.of(pids[2]);

        kill(pids[0]);

        await().until(() -> Host.read(pids[0], "stat").contains(") Z "));
        assertThat(callers.ended()).contains("process " + pids[0] + " (sh)");
    }

    @Test
    void aLeaderOfASessionHasNoCallers() throws Exception {
        long[] pids = start("setsid", "sh", "-c", TREE);

        assertThat(Callers.of(pids[0]).isEmpty()).isTrue();
        assertThat(Callers.of(Long.MAX_VALUE).isEmpty()).isTrue();
        assertThat(Callers.NONE.ended()).isEqualTo(Optional.empty());
    }
}
