package dev.allocator.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Where this program's plugins are, each a folder of jars in one of these folders.
 *
 * @param folders absolute; those that do not exist hold none
 * @param named whether the user named them
 */
record PluginPlaces(List<Path> folders, boolean named) {

    /** Folders, separated as in a class path, in the place of the usual ones. Empty: no plugins. */
    static final String VARIABLE = "ALLOCATOR_PLUGINS";

    private static final String NAME = "plugins";

    /**
     * Those that the environment names, else the one of the program and the one of the user.
     *
     * @param directory what relative names start at
     * @param home the folder that the program is installed in; empty if that is not known
     */
    static PluginPlaces of(Map<String, String> environment, Path directory, String home) {
        String named = environment.get(VARIABLE);
        if (named != null) {
            return new PluginPlaces(
                    Arrays.stream(named.split(File.pathSeparator, -1))
                            .filter(name -> !name.isEmpty())
                            .map(name ->
                                    directory.resolve(name).toAbsolutePath().normalize())
                            .toList(),
                    true);
        }
        List<Path> usual = new ArrayList<>();
        if (!home.isEmpty()) {
            usual.add(besideTheProgram(Path.of(home)));
        }
        usual.add(data(environment).resolve("allocator").resolve(NAME));
        return new PluginPlaces(List.copyOf(usual), false);
    }

    /** An installed release has a folder of its own, which goes when a newer one is installed: see install.sh. */
    private static Path besideTheProgram(Path home) {
        return Files.isSymbolicLink(home.resolveSibling("current")) ? home.resolveSibling(NAME) : home.resolve(NAME);
    }

    /** By the XDG Base Directory Specification, which has relative paths ignored. */
    private static Path data(Map<String, String> environment) {
        Path named = Path.of(environment.getOrDefault("XDG_DATA_HOME", ""));
        Path user = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", "/")));
        return named.isAbsolute() ? named : user.resolve(".local/share");
    }

    /** The folders of plugins that are there, whatever is in them. */
    List<Path> plugins() {
        return folders.stream().flatMap(folder -> plugins(folder).stream()).toList();
    }

    static List<Path> plugins(Path folder) {
        List<Path> plugins = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "[!.]*")) {
                entries.forEach(entry -> {
                    if (Files.isDirectory(entry)) {
                        plugins.add(entry);
                    }
                });
            } catch (IOException e) {
                return List.of(); // which the engine reports
            }
        }
        plugins.sort(null);
        return plugins;
    }
}
