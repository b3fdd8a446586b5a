package dev.allocator.testkit.crash;

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

/** A program in a JVM of its own, with the class path of the tests and a home of its own. */
record Program(Process process, Path folder) implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(60);

    /** Starts it in a folder, which becomes its working directory, home, and the place of its temporary files. */
    static Program start(Path folder, Class<?> main, String... arguments) throws IOException {
        return start(folder, List.of(), main, arguments);
    }

    /** Starts it by another command, such as {@code strace}. */
    static Program start(Path folder, List<String> wrapper, Class<?> main, String... arguments) throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ALLOCATOR_") || name.startsWith("XDG_"));
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("TMPDIR", temporary.toString());
        return new Program(builder.start(), folder);
    }

    /** Waits until it has ended, and returns its exit status: 128 + 9 if SIGKILL ended it. */
    int awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("%s ends; it said: %s", folder, output())
                .isTrue();
        return process.exitValue();
    }

    /** Waits until it ends by itself and requires that all went well. */
    void awaitSuccess() throws InterruptedException {
        assertThat(awaitEnd()).as(output()).isZero();
    }

    /** Waits until a file of that name is in its folder. */
    void awaitFile(String name) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(2)).until(() -> {
            assertThat(process.isAlive() || Files.exists(folder.resolve(name)))
                    .as("the program lives; it said: %s", output())
                    .isTrue();
            return Files.exists(folder.resolve(name));
        });
    }

    /** What it has written so far. */
    String output() {
        return text("out") + text("err");
    }

    /** A file in its folder; empty if there is none. */
    String text(String file) {
        try {
            return Files.exists(folder.resolve(file))
                    ? Files.readString(folder.resolve(file), StandardCharsets.UTF_8)
                    : "";
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
