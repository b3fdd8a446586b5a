package dev.allocator.core.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds a program as execvp(3) would, to say clearly that it is missing before anything is started. */
final class ProgramPath {

    private ProgramPath() {}

    /**
     * The absolute path of a program.
     *
     * @param program a name to look up in {@code PATH}, or a path, a relative one starting at the directory
     * @throws IOException if there is no such program
     */
    static Path find(String program, Path directory, String searchPath) throws IOException {
        if (program.contains("/")) {
            Path path = directory.resolve(program);
            if (isProgram(path)) {
                return path;
            }
            throw new IOException(
                    "cannot start " + program + ": " + (Files.exists(path) ? "not executable" : "no such file"));
        }
        for (String folder : searchPath.split(File.pathSeparator, -1)) {
            Path path = directory.resolve(folder).resolve(program);
            if (isProgram(path)) {
                return path;
            }
        }
        throw new IOException("cannot start " + program + ": not found in PATH (" + searchPath + ")");
    }

    private static boolean isProgram(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path);
    }
}
