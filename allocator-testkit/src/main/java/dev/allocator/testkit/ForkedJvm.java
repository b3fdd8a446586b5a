package dev.allocator.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A program in a JVM of its own with the class path of this one, to be killed. */
final class ForkedJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;
    private final Path errors;

    private ForkedJvm(Process process, Path errors) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.errors = errors;
    }

    /**
     * Starts one.
     *
     * @param folder where it may leave its error output
     */
    static ForkedJvm start(Path folder, Class<?> program, List<String> arguments) throws IOException {
        Path errors = Files.createTempFile(folder, "fork-", ".err");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(arguments);
        return new ForkedJvm(
                new ProcessBuilder(command)
                        .redirectError(Redirect.to(errors.toFile()))
                        .start(),
                errors);
    }

    /** The next line that it prints, or null at its end. */
    @Nullable
    String line() throws IOException {
        return output.readLine();
    }

    /** Whether there is a line to read now. */
    boolean hasLine() throws IOException {
        return output.ready();
    }

    /** The next line, which it has to print. */
    String requireLine() throws IOException {
        String line = line();
        if (line == null) {
            throw new AssertionError("the forked JVM ended: " + Files.readString(errors, StandardCharsets.ISO_8859_1));
        }
        return line;
    }

    /** Waits until it ends by itself; it must do so with success. */
    void awaitSuccess() throws InterruptedException, IOException {
        if (process.waitFor() != 0) {
            throw new AssertionError("the forked JVM failed: " + Files.readString(errors, StandardCharsets.ISO_8859_1));
        }
    }

    /** As {@code kill -9}; what it printed can still be read. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /**
     * A new object of a class that another JVM named.
     *
     * @throws ReflectiveOperationException if it has no constructor without parameters
     */
    static <T> T instance(String className, Class<T> type) throws ReflectiveOperationException {
        Constructor<? extends T> constructor =
                Class.forName(className).asSubclass(type).getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }
}
