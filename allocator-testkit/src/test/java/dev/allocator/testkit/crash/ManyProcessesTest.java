package dev.allocator.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.testkit.LeakJudge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes share one store and lose nothing. */
@Timeout(600)
class ManyProcessesTest {

    private static final int PROCESSES = 8;
    private static final int EACH = 250;

    @TempDir
    Path temp;

    @Test
    void nothingIsLostAndNothingIsDouble() throws Exception {
        Requirement.programs();
        Path state = temp.resolve("state");
        long start = System.nanoTime();
        List<Program> programs = new ArrayList<>();
        List<String[]> made = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                Path folder = Files.createDirectory(temp.resolve("process-" + i));
                programs.add(Program.start(
                        folder,
                        ManyProgram.class,
                        state.toString(),
                        "" + EACH,
                        folder.resolve("made").toString()));
            }
            for (Program program : programs) {
                assertThat(program.process().waitFor(9, TimeUnit.MINUTES)).isTrue();
                program.awaitSuccess();
                assertThat(program.output()).isEmpty();
                program.text("made").lines().map(line -> line.split(" ")).forEach(made::add);
            }
        } finally {
            programs.forEach(Program::close);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        List<String> ended = endedLeases(state);
        System.out.printf(
                "%d processes × %d allocations: %d leases in %.1f s (%.0f each second), %d lines of history%n",
                PROCESSES, EACH, made.size(), seconds, made.size() / seconds, ended.size());

        assertThat(made).hasSize(PROCESSES * EACH);
        assertThat(made).extracting(line -> line[0]).doesNotHaveDuplicates();
        assertThat(made).extracting(line -> line[1]).doesNotHaveDuplicates();
        assertThat(ended)
                .hasSize(PROCESSES * EACH)
                .containsExactlyInAnyOrderElementsOf(
                        made.stream().map(line -> line[0]).toList());
        LeakJudge.of(state).timekeeperMayLinger().awaitClean(CrashRun.GONE);
    }

    /** The leases in the history's files. */
    private static List<String> endedLeases(Path state) throws Exception {
        ObjectMapper json = new ObjectMapper();
        List<String> leases = new ArrayList<>();
        try (Stream<Path> days = Files.list(state.resolve("ended"))) {
            for (Path day : days.toList()) {
                for (String line : Files.readAllLines(day)) {
                    leases.add(json.readTree(line).path("value").path("id").asText());
                }
            }
        }
        return leases;
    }
}
