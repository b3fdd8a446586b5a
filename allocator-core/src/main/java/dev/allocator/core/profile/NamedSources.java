package dev.allocator.core.profile;

import dev.allocator.core.config.Problems;
import dev.allocator.core.config.UserPaths;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Location;
import dev.allocator.spi.ProfileSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Finds the files of other tools that {@code sources} names. For one thread. */
final class NamedSources {

    private final Plugins plugins;
    private final UserPaths paths;
    private final Function<Location, Path> base;
    private final Problems problems;

    NamedSources(Plugins plugins, UserPaths paths, Function<Location, Path> base, Problems problems) {
        this.plugins = plugins;
        this.paths = paths;
        this.base = base;
        this.problems = problems;
    }

    /**
     * The files, each once, and what reads them.
     *
     * @param automatic those that were found without being named, which come first
     */
    Map<Path, ProfileSource> find(Collection<ConfigNode> named, Map<Path, ProfileSource> automatic) {
        Map<Path, ProfileSource> all = new LinkedHashMap<>(automatic);
        for (ConfigNode name : named) {
            Optional<Path> file = path(name);
            Optional<ProfileSource> source = file.flatMap(path -> source(name, path));
            if (source.isPresent() && exists(name, file.get()) && !isAmong(all.keySet(), file.get())) {
                all.put(file.get(), source.get());
            }
        }
        return all;
    }

    private Optional<Path> path(ConfigNode name) {
        try {
            return Optional.of(paths.resolve(name.text(), base.apply(name.location())));
        } catch (InvalidPathException e) {
            problems.add(name.location(), "the source " + Problems.quote(name.source()) + " is no path");
            return Optional.empty();
        }
    }

    private Optional<ProfileSource> source(ConfigNode name, Path file) {
        Optional<ProfileSource> source = plugins.source(String.valueOf(file.getFileName()));
        if (source.isEmpty()) {
            Set<String> known = new TreeSet<>();
            plugins.sources().forEach(each -> known.addAll(each.fileNames()));
            problems.add(
                    name.location(),
                    "no plugin " + plugins.places() + " reads the source " + Problems.quote(name.source())
                            + (known.isEmpty()
                                    ? "; none reads files of other tools"
                                    : "; files of other tools that can be read are named " + String.join(", ", known)));
        }
        return source;
    }

    private boolean exists(ConfigNode name, Path file) {
        if (Files.exists(file)) {
            return true;
        }
        // Where it was looked for, unless that tells what was interpolated.
        String where = name.text().equals(name.source()) ? " (looked for " + file + ")" : "";
        problems.add(name.location(), "the source " + Problems.quote(name.source()) + " does not exist" + where);
        return false;
    }

    private static boolean isAmong(Collection<Path> files, Path file) {
        return files.stream().anyMatch(other -> real(other).equals(real(file)));
    }

    /** One file may be named in two ways, through a link say. */
    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            // Then reading it says what is wrong.
            return file;
        }
    }
}
