package dev.allocator.script.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.script.Requirement;
import dev.allocator.testkit.LeakJudge;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A program is killed with SIGKILL before, in and after its scripts. Then nobody opens an allocator, and everything has
 * to be gone but what ADHOC.md and COMMANDS.md name, judged by a shell script and by the cloud itself.
 */
@Timeout(180)
class KilledInHooksTest {

    private static final Duration GONE = Duration.ofSeconds(60);

    private static final Instant[] BETWEEN_ATTEMPTS = {
        Instant.BEFORE_DISCARD, Instant.DISCARD_BEGUN, Instant.DISCARD_DONE, Instant.DISCARD_ENDED
    };

    @TempDir
    Path folder;

    @BeforeEach
    void openCloud() throws IOException {
        Requirement.program("bash");
        Requirement.program("setsid");
        Files.createDirectory(folder.resolve("cloud"));
        Files.createDirectory(folder.resolve("tmp"));
        try (InputStream script = KilledInHooksTest.class.getResourceAsStream("cloud.sh")) {
            Files.copy(script, folder.resolve("cloud.sh"));
        }
    }

    static Stream<Arguments> all() {
        return Stream.of(
                        at(Contract.ADHOC, Instant.values()),
                        at(Contract.COMMANDS, Instant.values()),
                        at(Contract.ADHOC_WITH_TRAP, Instant.HOOK_BEGUN, Instant.MADE, Instant.PRINTED),
                        at(Contract.ADHOC_FAILING, BETWEEN_ATTEMPTS),
                        at(Contract.COMMANDS_FAILING, BETWEEN_ATTEMPTS))
                .flatMap(each -> each);
    }

    private static Stream<Arguments> at(Contract contract, Instant... instants) {
        return Stream.of(instants).map(instant -> Arguments.of(contract, instant));
    }

    @ParameterizedTest
    @MethodSource("all")
    void nothingIsLeftThatTheDocumentationDoesNotName(Contract contract, Instant instant) throws Exception {
        Process program = start(contract, instant);
        try {
            assertThat(program.waitFor(100, TimeUnit.SECONDS)).isTrue();
        } finally {
            program.destroyForcibly();
        }
        assertThat(program.exitValue())
                .as(Files.readString(folder.resolve("out")))
                .isEqualTo(137);
        assertThat(folder.resolve("reached")).as("%s", instant).exists();
        Duration gone = LeakJudge.of(folder.resolve("state"))
                .temporaryFiles(folder.resolve("tmp"))
                .timekeeperMayLinger()
                .awaitClean(GONE);
        System.out.printf("%s %s: gone after %d ms%n", contract, instant, gone.toMillis());
        if (contract == Contract.ADHOC && instant == Instant.MADE) {
            assertThat(machines())
                    .as("what ADHOC.md names: nobody knows its address")
                    .hasSize(1);
            ProcessHandle left = ProcessHandle.of(Long.parseLong(
                            Files.readString(machines().get(0).resolve("pid")).strip()))
                    .orElseThrow();
            left.destroyForcibly();
        } else {
            await().atMost(GONE).until(() -> machines().isEmpty());
        }
    }

    private List<Path> machines() {
        try (Stream<Path> machines = Files.list(folder.resolve("cloud"))) {
            return machines.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process start(Contract contract, Instant instant) throws IOException {
        ProcessBuilder program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledProgram.class.getName(),
                        contract.name(),
                        instant.name())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile());
        program.environment().keySet().removeIf(name -> name.startsWith("ALLOCATOR_") || name.startsWith("XDG_"));
        program.environment().put("HOME", folder.toString());
        // What is found out about the tests' class path is found out once.
        program.environment()
                .put(
                        "XDG_CACHE_HOME",
                        Path.of("target", "cache").toAbsolutePath().toString());
        program.environment().put("TMPDIR", folder.resolve("tmp").toString());
        return program.start();
    }
}
