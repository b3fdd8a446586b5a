package dev.allocator.core.process;

import dev.allocator.spi.ProcessSpec;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts a program in a session of its own through a few lines of shell, which record the process before it becomes
 * the program: whatever happens to this JVM meanwhile, the program either never starts or can be found.
 */
final class Launcher {

    /** The launcher's exit status if the record could not be written. */
    static final int NOT_RECORDED = 113;

    /** The launcher's exit status if the barrier was there. */
    static final int BARRED = 114;

    /**
     * The record is written beside its name and moved there, so that nobody reads half of it. After "PID (NAME) " is
     * cut off, field 22 of proc(5)'s stat is the 20th word; NAME is the shell's own here.
     */
    private static final String SCRIPT = """
            record=$1 barrier=$2
            shift 2
            if [ -n "$record" ]; then
                read -r stat <"/proc/$$/stat" || exit %1$d
                start_time() { echo "${20}"; }
                (umask 077 && echo "$$ $(start_time ${stat##*) })" >"$record.$$" && command -p mv -f "$record.$$" "$record") || exit %1$d
            fi
            [ -n "$barrier" ] && [ -e "$barrier" ] && exit %2$d
            exec "$@"
            """.formatted(NOT_RECORDED, BARRED);

    private final ChildEnvironment environment;

    Launcher(ChildEnvironment environment) {
        this.environment = environment;
    }

    /** Starts it, its output and error output appended to a file, or dropped if that is /dev/null. */
    Process start(ProcessSpec spec, Path output) throws IOException {
        Map<String, String> variables = environment.forProcess(spec);
        String searchPath = variables.getOrDefault("PATH", "");
        Path directory = spec.directory().orElse(Path.of("/"));
        String name = spec.command().get(0);
        if (!Files.isDirectory(directory)) {
            throw new IOException("cannot start " + name + ": its folder " + directory + " does not exist");
        }
        Path program = ProgramPath.find(name, directory, searchPath);

        List<String> command = new ArrayList<>();
        command.add(setsid(searchPath).toString());
        command.addAll(List.of("/bin/sh", "-c", SCRIPT, "sh"));
        command.add(
                spec.recordFile().map(Path::toAbsolutePath).map(Path::toString).orElse(""));
        command.add(
                spec.barrierFile().map(Path::toAbsolutePath).map(Path::toString).orElse(""));
        command.add(program.toString());
        command.addAll(spec.command().subList(1, spec.command().size()));

        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(spec.input().map(Path::toFile).orElse(new File("/dev/null")))
                .redirectErrorStream(spec.standardOutput().isEmpty())
                .redirectOutput(
                        Redirect.appendTo(spec.standardOutput().orElse(output).toFile()))
                .redirectError(Redirect.appendTo(output.toFile()));
        builder.environment().clear();
        builder.environment().putAll(variables);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IOException("cannot start " + name + " in " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Makes sure that only the user can read what a process is going to write. */
    static void createPrivate(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // It is appended to: its mode was decided by whoever created it.
            return;
        }
    }

    static Path setsid(String searchPath) throws IOException {
        try {
            return ProgramPath.find("setsid", Path.of("/"), searchPath + ":/usr/bin:/bin");
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; it is part of util-linux", e);
        }
    }
}
