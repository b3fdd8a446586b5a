package dev.allocator.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.Allocator;
import dev.allocator.EndReason;
import dev.allocator.EndedLease;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Machines end however tests do, and what is known of those of failed tests is published. */
class EndTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void evidenceOfFailedTestsAndNoOthers(JUnitVersion version) throws Exception {
        FixtureJvm jvm = new FixtureJvm(folder, version);
        Outcome outcome = jvm.run("EndFixtures$Fails", "EndFixtures$RunFails")
                .with("FAILED", "Fails.test", "as it should")
                .with("SUCCESSFUL", "Fails.passes")
                .with("FAILED", "RunFails.test");

        Path machines = outcome.published("Fails.test");
        assertThat(outcome.err()).contains("EndFixtures.Fails.test: what is known of its machines is in " + machines);
        assertThat(names(machines)).containsExactly("own", "shared");
        for (String machine : List.of("own", "shared")) {
            Path evidence = machines.resolve(machine);
            assertThat(evidence.resolve("events.log")).isNotEmptyFile();
            assertThat(evidence.resolve("machine.txt")).content().contains(machine);
            assertThat(evidence.resolve("echo-out-echo-err-2.txt")).hasContent("out\nerr\n");
            assertThat(evidence.resolve("problems.txt"))
                    .content()
                    .contains("exit 3: exit status 3")
                    .contains("/no/such/file: cannot download '/no/such/file': the machine has no such file or folder");
            assertThat(names(evidence)).anyMatch(name -> name.startsWith("etc-hosts"));
        }
        assertThat(names(outcome.published("RunFails.test"))).containsExactly("all");
        jvm.awaitNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void inAllWays(JUnitVersion version) throws Exception {
        FixtureJvm jvm = new FixtureJvm(folder, version);
        Outcome outcome = jvm.run(
                        "EndFixtures$Aborts",
                        "EndFixtures$TimesOut",
                        "EndFixtures$FailsBefore",
                        "EndFixtures$FailsAfter",
                        "EndFixtures$ExtensionFails",
                        "EndFixtures$ConstructorFails",
                        "EndFixtures$ClassFails",
                        "EndFixtures$DynamicFails",
                        "EndFixtures$EndsItself")
                .with("ABORTED", "Aborts.test", "no wish to go on")
                .with("FAILED", "TimesOut.test", "timed out")
                .with("FAILED", "FailsBefore.test", "before the test")
                .with("FAILED", "FailsAfter.test", "after the test")
                .with("FAILED", "ExtensionFails.test", "an extension")
                .with("FAILED", "ConstructorFails.test", "no instance")
                .with("FAILED", "ClassFails", "no class")
                .with("FAILED", "DynamicFails.tests", "one of them")
                .with("FAILED", "EndsItself.closesAndFails", "after its machine")
                .with("SUCCESSFUL", "EndsItself.discards");

        assertThat(outcome.journal()).noneMatch(line -> line.startsWith("PUBLISHED Aborts"));
        for (String failed : List.of(
                "TimesOut.test",
                "FailsBefore.test",
                "FailsAfter.test",
                "ExtensionFails.test",
                "ConstructorFails.test",
                "DynamicFails.tests",
                "EndsItself.closesAndFails")) {
            assertThat(outcome.published(failed).resolve("own")).isDirectory();
        }
        assertThat(outcome.published("ClassFails").resolve("shared")).isDirectory();
        jvm.awaitNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void withTheJvmThatIsKilled(JUnitVersion version) throws Exception {
        FixtureJvm jvm = new FixtureJvm(folder, version);
        Process process = jvm.start("EndFixtures$Hangs");
        try {
            await().atMost(Duration.ofMinutes(1))
                    .until(() ->
                            !process.isAlive() || !jvm.outcome().leases("hangs").isEmpty());
            assertThat(jvm.outcome().lease("hangs")).hasSize(3);
        } finally {
            process.destroyForcibly().waitFor();
        }
        jvm.awaitNothingLeft();
        try (Allocator allocator = jvm.allocator()) {
            assertThat(allocator.ended()).extracting(EndedLease::reason).containsOnly(EndReason.OWNER_DIED);
        }
    }

    private static List<String> names(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
