package dev.allocator.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A copy of the built distribution in which {@link FakeEngine} is the engine, and processes that use it. */
final class Installation {

    private static final Path BUILT = Path.of(System.getProperty("dist"));

    /** A process that ended. */
    record Ran(int status, String out, String err) {}

    final Path folder;
    final Path log;
    private final Path scratch;

    private Installation(Path folder, Path scratch) {
        this.folder = folder;
        this.scratch = scratch;
        this.log = scratch.resolve("calls");
    }

    /** Installs into a folder whose name has what people put into names. */
    static Installation copy(Path scratch) throws IOException {
        Path folder = scratch.resolve("a (new) folder's name/dist");
        Files.createDirectories(folder.getParent());
        try (Stream<Path> files = Files.walk(BUILT)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, folder.resolve(BUILT.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        // The launcher sorts the jars, and the first engine is used.
        try (JarOutputStream jar =
                new JarOutputStream(Files.newOutputStream(folder.resolve("lib/a-fake-engine.jar")))) {
            entry(
                    jar,
                    "META-INF/services/dev.allocator.spi.AllocatorEngine",
                    FakeEngine.class.getName().getBytes(StandardCharsets.UTF_8));
            Path classes = Path.of(FakeEngine.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .getPath());
            try (Stream<Path> fakes = Files.list(classes.resolve("dev/allocator/cli"))) {
                for (Path fake : (Iterable<Path>)
                        fakes.filter(file -> file.getFileName().toString().startsWith("Fake"))::iterator) {
                    entry(jar, classes.relativize(fake).toString(), Files.readAllBytes(fake));
                }
            }
        }
        return new Installation(folder, scratch);
    }

    private static void entry(JarOutputStream jar, String name, byte[] content) throws IOException {
        jar.putNextEntry(new JarEntry(name));
        jar.write(content);
        jar.closeEntry();
    }

    String launcher() {
        return folder.resolve("bin/allocator").toString();
    }

    Ran run(String... words) throws Exception {
        return run(
                Map.of(), Stream.concat(Stream.of(launcher()), Stream.of(words)).toList());
    }

    /** Runs a process to its end. */
    Ran run(Map<String, String> environment, List<String> words) throws Exception {
        Process process = start(environment, words);
        return await(process);
    }

    Process start(Map<String, String> environment, List<String> words) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(scratch.toFile())
                .redirectOutput(scratch.resolve("out").toFile())
                .redirectError(scratch.resolve("err").toFile());
        builder.environment().put("FAKE_LOG", log.toString());
        builder.environment()
                .put("ALLOCATOR_STATE_DIR", scratch.resolve("state").toString());
        PasswordSource.VARIABLES.forEach(builder.environment()::remove);
        builder.environment().putAll(environment);
        return builder.start();
    }

    Ran await(Process process) throws Exception {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(
                    "still running after 60 s; error output: " + Files.readString(scratch.resolve("err")));
        }
        return new Ran(
                process.exitValue(),
                Files.readString(scratch.resolve("out")),
                Files.readString(scratch.resolve("err")));
    }

    /** Feeds a script to a shell. */
    Ran script(Map<String, String> environment, String script) throws Exception {
        boolean required = "required".equals(System.getProperty("e2e"));
        Assumptions.assumeTrue(required || Files.isExecutable(Path.of("/bin/bash")), "/bin/bash is not installed");
        Process bash = start(environment, List.of("/bin/bash", "-eu", "-"));
        try (OutputStream stdin = bash.getOutputStream()) {
            stdin.write(script.getBytes(StandardCharsets.UTF_8));
        }
        return await(bash);
    }

    String calls() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }
}
