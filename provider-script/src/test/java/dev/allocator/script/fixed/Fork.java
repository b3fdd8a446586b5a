package dev.allocator.script.fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A program in a JVM of its own, with the class path of the tests; it works in a folder. */
public record Fork(Process process, Path out, Path err) implements AutoCloseable {

    public static Fork start(Path folder, Class<?> program, String... arguments) throws IOException {
        String name = program.getSimpleName() + "-" + UUID.randomUUID();
        Path out = folder.resolve(name + ".out");
        Path err = folder.resolve(name + ".err");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
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

    /** What it printed so far. */
    public String printed() {
        try {
            return Files.readString(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until it has printed something. */
    public void awaitPrinted(String text) throws IOException {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> !process.isAlive() || printed().contains(text));
        assertThat(printed()).as(Files.readString(err)).contains(text);
    }

    /** Waits until it ends by itself and requires that all went well. */
    public void awaitSuccess() throws InterruptedException, IOException {
        assertThat(process.waitFor(3, TimeUnit.MINUTES))
                .as(() -> "it ends; it printed\n" + printed())
                .isTrue();
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
    }

    /** As {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
