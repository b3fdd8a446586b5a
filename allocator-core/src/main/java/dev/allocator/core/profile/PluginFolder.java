package dev.allocator.core.profile;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A plugin that is a folder of jars, with a class loader of its own.
 *
 * @param path the folder, whose name is the plugin's
 * @param jars its jars, sorted by name
 * @param loader loads its classes; it stays open, as a provider may need more of them at any time
 */
public record PluginFolder(Path path, List<Path> jars, ClassLoader loader) {

    private static final String JAR = ".jar";

    /**
     * The plugins in folders of plugins, sorted by name. A folder that does not exist has none.
     *
     * @param misplaced is told of jars that belong to no plugin, and of folders that cannot be read
     */
    static List<PluginFolder> in(List<Path> folders, ClassLoader parent, Collection<String> misplaced) {
        List<PluginFolder> plugins = new ArrayList<>();
        for (Path folder : folders) {
            for (Path entry : entries(folder, misplaced)) {
                if (Files.isDirectory(entry)) {
                    List<Path> jars = entries(entry, misplaced).stream()
                            .filter(PluginFolder::isJar)
                            .toList();
                    plugins.add(new PluginFolder(entry, jars, PluginLoader.of(entry, jars, parent)));
                } else if (isJar(entry)) {
                    misplaced.add(entry + " is in no folder of its own, so it is not used: move it to "
                            + folder.resolve(withoutEnding(entry)).resolve(entry.getFileName()));
                }
            }
        }
        return plugins;
    }

    /** The name of the plugin. */
    public String name() {
        return String.valueOf(path.getFileName());
    }

    /** Why nothing in it can be used, where nothing is said to be in it. */
    String whyEmpty() {
        if (jars.isEmpty()) {
            return "the plugin in " + path + " has no jar";
        }
        String broken = jars.stream().flatMap(PluginFolder::whyNoJar).collect(Collectors.joining("; "));
        return broken.isEmpty()
                ? "no jar of the plugin in " + this
                        + " says that it has a provider, a store or a source of profiles: one"
                        + " needs a file META-INF/services/dev.allocator.spi.ProviderFactory that names the class"
                : "the plugin in " + path + " cannot be read: " + broken;
    }

    /** Where it is and what it consists of. */
    @Override
    public String toString() {
        return path + " ("
                + jars.stream().map(jar -> String.valueOf(jar.getFileName())).collect(Collectors.joining(", ")) + ")";
    }

    private static List<Path> entries(Path folder, Collection<String> misplaced) {
        List<Path> entries = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "[!.]*")) {
                all.forEach(entries::add);
            } catch (IOException | DirectoryIteratorException e) {
                misplaced.add("plugins in " + folder + " are not used, as it cannot be read: " + e);
            }
        }
        entries.sort(null);
        return entries;
    }

    private static boolean isJar(Path file) {
        return file.toString().endsWith(JAR) && !Files.isDirectory(file);
    }

    private static String withoutEnding(Path jar) {
        String name = String.valueOf(jar.getFileName());
        return name.substring(0, name.length() - JAR.length());
    }

    private static Stream<String> whyNoJar(Path jar) {
        try {
            new JarFile(jar.toFile(), false).close();
            return Stream.empty();
        } catch (IOException e) {
            return Stream.of(jar.getFileName() + " is no jar (" + e.getMessage() + ")");
        }
    }
}
