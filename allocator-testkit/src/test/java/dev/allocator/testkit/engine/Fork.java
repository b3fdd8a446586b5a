package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** A program in a JVM of its own, with the class path of the tests. */
record Fork(Process process, Path out, Path err) implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    static Fork start(Path folder, Class<?> program, String... arguments) throws IOException {
        return start(List.of(), folder, program, arguments);
    }

    /** In a pid namespace of its own; skips the test where there can be none. */
    static Fork inPidNamespace(Path folder, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        List<String> unshare = List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc");
        List<String> probe = new ArrayList<>(unshare);
        probe.add("true");
        boolean works;
        try {
            works = new ProcessBuilder(probe).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException e) {
            works = false; // there is no such program
        }
        String missing = "no pid namespace can be made: run as root, with unshare(1) of util-linux";
        if (!works && "required".equals(System.getProperty("e2e"))) {
            Assertions.fail(missing);
        }
        Assumptions.assumeTrue(works, missing);
        return start(unshare, folder, program, arguments);
    }

    private static Fork start(List<String> wrapper, Path folder, Class<?> program, String... arguments)
            throws IOException {
        Path out = folder.resolve(program.getSimpleName() + ".out");
        Path err = folder.resolve(program.getSimpleName() + ".err");
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                "-Dorg.slf4j.simpleLogger.log.org.apache.sshd=warn", // the machines' side may know their secrets
                "-Djava.io.tmpdir=" + folder,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new Fork(process, out, err);
    }

    /** The first line that it printed. */
    String awaitLine() {
        await().atMost(LIMIT)
                .until(() -> !process.isAlive() || Files.readString(out).contains("\n"));
        return text(out).lines().findFirst().orElseThrow(() -> new AssertionError(text(err)));
    }

    /** Waits until it ends by itself and requires that all went well. */
    void awaitSuccess() throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("it ends")
                .isTrue();
        assertThat(process.exitValue()).as(text(err)).isZero();
    }

    static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1); // journals are binary
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
