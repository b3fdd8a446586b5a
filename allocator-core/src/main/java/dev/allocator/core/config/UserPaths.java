package dev.allocator.core.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/** Turns the paths that people write into files. Safe for several threads. */
public final class UserPaths {

    private final Path home;

    /** Takes the home folder from {@code HOME}, else from the JVM. */
    public UserPaths(Map<String, String> environment) {
        String variable = environment.getOrDefault("HOME", "");
        this.home = Path.of(variable.isEmpty() ? System.getProperty("user.home") : variable);
    }

    /** The user's home folder. */
    public Path home() {
        return home;
    }

    /**
     * A file.
     *
     * @param path absolute, from the home folder with {@code ~} or {@code ~/}, or relative to the folder
     * @throws InvalidPathException if no file can have that name
     */
    public Path resolve(String path, Path folder) {
        if (path.equals("~")) {
            return home;
        }
        return (path.startsWith("~/") ? home.resolve(path.substring(2)) : folder.resolve(path)).normalize();
    }
}
