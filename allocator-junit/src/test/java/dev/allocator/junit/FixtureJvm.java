package dev.allocator.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.junit.fixture.FixtureProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs fixtures in a JVM of its own, in a folder with a configuration and a state directory of its own. */
final class FixtureJvm {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String CONFIGURATION = """
            providers:
              far-away: {type: nobody-has-it}
            profiles:
              login: {provider: in-process, login: {user: tester, password: secret}, commands-after: 0s}
              slow: {provider: in-process, login: {user: tester, password: secret}, create-takes: 500ms}
              bare: {provider: process, readiness: none}
              never: {provider: in-process, login: {user: tester, password: secret}, fault: never-ready, timeout: 3s}
              impossible: {provider: in-process, fault: plan-fails}
              foreign: {provider: far-away}
            """;

    private final Path folder;
    private final JUnitVersion version;
    private final List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
    private final Map<String, String> environment = new LinkedHashMap<>();

    FixtureJvm(Path folder, JUnitVersion version) throws IOException {
        this.folder = folder;
        this.version = version;
        Files.writeString(folder.resolve("allocator.yaml"), CONFIGURATION);
        option("journal", journal().toString());
        option("junit.platform.reporting.output.dir", folder.resolve("reports").toString());
        environment.put("ALLOCATOR_STATE_DIR", state().toString());
        // The verdict about this class path is found out once for all tests.
        environment.put(
                "XDG_CACHE_HOME", Path.of("target", "cache").toAbsolutePath().toString());
    }

    FixtureJvm option(String name, String value) {
        options.add("-D" + name + "=" + value);
        return this;
    }

    FixtureJvm parallel(int tests) {
        return option("junit.jupiter.execution.parallel.enabled", "true")
                .option("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .option("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .option("junit.jupiter.execution.parallel.config.fixed.parallelism", "" + tests);
    }

    FixtureJvm environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Runs fixtures, by names such as {@code EndFixtures$Fails}, or arguments of the program. */
    Outcome run(String... fixtures) throws IOException, InterruptedException {
        Process process = start(fixtures);
        try {
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(err()).isZero();
            return outcome();
        } finally {
            process.destroyForcibly();
        }
    }

    Process start(String... fixtures) throws IOException {
        String packageName = FixtureProgram.class.getPackageName();
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        command.addAll(List.of("-cp", version.classPath(), FixtureProgram.class.getName()));
        Arrays.stream(fixtures)
                .map(name -> name.startsWith("--") ? name : packageName + "." + name)
                .forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ALLOCATOR_"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    Outcome outcome() throws IOException {
        return new Outcome(Files.exists(journal()) ? Files.readAllLines(journal()) : List.of(), err());
    }

    private Path journal() {
        return folder.resolve("journal");
    }

    private String err() throws IOException {
        return Files.readString(folder.resolve("err"));
    }

    Path state() {
        return folder.resolve("state");
    }

    /** Another process's view of the same machines. */
    Allocator allocator() {
        return Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(state())
                .build());
    }

    /** Waits until every lease that the fixtures noted has ended, and there is no other and no process any more. */
    void awaitNothingLeft() throws IOException {
        List<String> noted = outcome().allLeases();
        assertThat(noted).isNotEmpty();
        try (Allocator allocator = allocator()) {
            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(allocator.leases()).isEmpty();
                assertThat(allocator.ended())
                        .extracting(ended -> ended.id().value())
                        .containsAll(noted);
            });
        }
        awaitNoProcess();
    }

    void awaitNoProcess() {
        await().atMost(LIMIT)
                .until(() -> ProcessHandle.allProcesses()
                        .filter(process ->
                                process.pid() != ProcessHandle.current().pid())
                        .noneMatch(process -> commandLine(process).contains(folder.toString())));
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }
}
