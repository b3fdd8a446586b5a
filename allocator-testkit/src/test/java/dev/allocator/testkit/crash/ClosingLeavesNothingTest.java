package dev.allocator.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.testkit.LeakJudge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of an allocator in a program that closed it and lives on. */
@Timeout(120)
class ClosingLeavesNothingTest {

    @TempDir
    Path temp;

    @Test
    void neitherThreadNorProcessNorFile() throws Exception {
        Requirement.programs();
        try (Program program = Program.start(temp, ClosingProgram.class)) {
            program.awaitFile("threads");
            List<String> threads = program.text("threads").lines().sorted().toList();
            System.out.println("threads after closing: " + threads);
            assertThat(threads).noneMatch(thread -> thread.contains("allocator"));
            assertThat(threads).filteredOn(thread -> thread.startsWith("user ")).containsExactly("user main");

            LeakJudge.of(temp.resolve("state"))
                    .temporaryFiles(temp.resolve("tmp"))
                    .timekeeperMayLinger()
                    .awaitClean(CrashRun.GONE);
            assertThat(program.process().descendants()).isEmpty();
            assertThat(program.process().isAlive()).isTrue();

            List<String> files = files();
            System.out.println("files after closing: "
                    + files.stream()
                            .map(file -> file.replaceFirst("^state/reaper/.*", "state/reaper/…"))
                            .distinct()
                            .toList());
            assertThat(files)
                    .allMatch(
                            ClosingLeavesNothingTest::mayStay,
                            "realm id, the store's own, history, or copies for later");

            program.process().getOutputStream().close();
            program.awaitSuccess();
            assertThat(program.output()).isEmpty();
        }
    }

    private static boolean mayStay(String file) {
        return file.matches("state/(realm\\.json|lock|journal|applied|timekeeper|ended/[0-9-]+\\.jsonl|reaper/.+)")
                || file.startsWith(".cache/allocator/");
    }

    /** All files of the program but those that it wrote itself. */
    private List<String> files() throws IOException {
        List<String> own = List.of("out", "err", "threads");
        try (Stream<Path> found = Files.walk(temp)) {
            return found.filter(path -> !Files.isDirectory(path))
                    .map(path -> temp.relativize(path).toString())
                    .filter(path -> !own.contains(path))
                    .sorted()
                    .toList();
        }
    }
}
