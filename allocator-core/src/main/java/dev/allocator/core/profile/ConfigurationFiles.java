package dev.allocator.core.profile;

import dev.allocator.AllocatorOptions;
import dev.allocator.ConfigurationException;
import dev.allocator.core.config.UserPaths;
import dev.allocator.spi.ProfileSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which files are read. A file that the options or {@code ALLOCATOR_CONFIG} name is the only one. Otherwise all that
 * exist: the nearest {@code allocator.yaml} upwards, the user's, the system's, and other tools' files.
 *
 * @param own files of our format, the nearest first
 * @param foreign other tools' files and what reads them
 */
record ConfigurationFiles(List<Path> own, Map<Path, ProfileSource> foreign) {

    static final String VARIABLE = "ALLOCATOR_CONFIG";

    static ConfigurationFiles find(AllocatorOptions options, Plugins plugins, Path etc) {
        UserPaths paths = new UserPaths(options.environment());
        String variable = options.environment().getOrDefault(VARIABLE, "");
        if (options.configFile().isPresent()) {
            Path file = options.configFile().get();
            return named(options.workingDirectory().resolve(file).normalize(), "the caller", plugins);
        }
        if (!variable.isEmpty()) {
            return named(paths.resolve(variable, options.workingDirectory()), "the variable " + VARIABLE, plugins);
        }
        if (!options.configSearch()) {
            return new ConfigurationFiles(List.of(), Map.of());
        }
        List<Path> own = new ArrayList<>();
        upwards(options.workingDirectory(), "allocator.yaml").ifPresent(own::add);
        addUnlessThere(own, userFolder(options, paths).resolve("allocator/config.yaml"));
        addUnlessThere(own, etc.resolve("allocator/config.yaml"));
        Map<Path, ProfileSource> foreign = new LinkedHashMap<>();
        for (ProfileSource source : plugins.sources()) {
            if (source.automatic()) {
                addForeign(foreign, source, options.workingDirectory(), userFolder(options, paths));
            }
        }
        return new ConfigurationFiles(List.copyOf(own), foreign);
    }

    private static ConfigurationFiles named(Path file, String by, Plugins plugins) {
        if (!Files.exists(file)) {
            throw new ConfigurationException(
                    List.of(file + ": the configuration file that " + by + " names does not exist"));
        }
        return plugins.source(String.valueOf(file.getFileName()))
                .map(source -> new ConfigurationFiles(List.of(), Map.of(file, source)))
                .orElseGet(() -> new ConfigurationFiles(List.of(file), Map.of()));
    }

    private static Path userFolder(AllocatorOptions options, UserPaths paths) {
        String xdg = options.environment().getOrDefault("XDG_CONFIG_HOME", "");
        // The XDG Base Directory Specification: a relative path is invalid and to be ignored.
        return xdg.isEmpty() || !Path.of(xdg).isAbsolute() ? paths.home().resolve(".config") : Path.of(xdg);
    }

    private static Optional<Path> upwards(Path start, String name) {
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** One file may be found in two ways, through a link say. */
    private static void addUnlessThere(List<Path> files, Path file) {
        try {
            if (Files.isRegularFile(file)) {
                for (Path other : files) {
                    if (Files.isSameFile(file, other)) {
                        return;
                    }
                }
                files.add(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot compare " + file + " with " + files, e);
        }
    }

    private static void addForeign(
            Map<Path, ProfileSource> foreign, ProfileSource source, Path start, Path userFolder) {
        List<Path> found = source.fileNames().stream()
                .flatMap(name -> foreign(start, name).stream())
                .toList();
        found.forEach(file -> foreign.put(file, source));
        if (!found.isEmpty()) {
            source.userFiles().stream()
                    .map(userFolder::resolve)
                    .filter(Files::isRegularFile)
                    .forEach(file -> foreign.put(file, source));
        }
    }

    /** Beside the nearest {@code spread.yaml}; else the nearest, but none from above that project. */
    private static Optional<Path> foreign(Path start, String name) {
        Optional<Path> project = upwards(start, "spread.yaml").map(spread -> spread.resolveSibling(""));
        Optional<Path> beside = project.map(folder -> folder.resolve(name)).filter(Files::isRegularFile);
        return beside.or(() -> upwards(start, name)
                .filter(file -> project.map(file::startsWith).orElse(true)));
    }
}
