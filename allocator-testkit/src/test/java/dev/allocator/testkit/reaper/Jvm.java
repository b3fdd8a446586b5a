package dev.allocator.testkit.reaper;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** An {@link OwnerProgram} that runs. */
record Jvm(Process process, Path out, Path err) implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    /** With the class path of this JVM. */
    static Jvm start(Path folder, Path state, int machines) throws IOException {
        return start(folder, command(state, machines));
    }

    /** With machines of a plugin in a folder of plugins. */
    static Jvm start(Path folder, Path state, int machines, Path plugins) throws IOException {
        List<String> command = new ArrayList<>(command(state, machines));
        command.add(plugins.toString());
        return start(folder, command);
    }

    /** The command of one whose process group is its own. */
    static List<String> inOwnGroup(Path state, int machines) {
        // Who starts tests in the background may ignore SIGINT, and so would all its children.
        List<String> command = new ArrayList<>(List.of("setsid", "env", "--default-signal=INT"));
        command.addAll(command(state, machines));
        return command;
    }

    private static List<String> command(Path state, int machines) {
        return List.of(
                JAVA,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OwnerProgram.class.getName(),
                state.toString(),
                Integer.toString(machines));
    }

    static Jvm start(Path folder, List<String> command) throws IOException {
        String name = UUID.randomUUID().toString();
        Path out = folder.resolve(name + ".out");
        Path err = folder.resolve(name + ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        // The verdict about this class path is found out once for all tests.
        builder.environment()
                .put(
                        "XDG_CACHE_HOME",
                        Path.of("target", "cache").toAbsolutePath().toString());
        return new Jvm(builder.start(), out, err);
    }

    /** Waits for that many lines and returns the last one. */
    String awaitLine(int number) {
        await().atMost(LIMIT).until(() -> !process.isAlive() || lines().size() >= number);
        List<String> lines = lines();
        if (lines.size() < number) {
            throw new AssertionError(text(err));
        }
        return lines.get(number - 1);
    }

    /** The ids of the processes that are its machines. */
    List<Long> machines() {
        return Arrays.stream(awaitLine(1).split(" "))
                .skip(1)
                .map(Long::parseLong)
                .toList();
    }

    /** Gives an order and returns the answer. */
    String tell(String word) throws IOException {
        int before = lines().size();
        process.getOutputStream().write((word + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return awaitLine(before + 1);
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>(List.of(text(out).split("\n", -1)));
        lines.remove(lines.size() - 1);
        return lines;
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
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
