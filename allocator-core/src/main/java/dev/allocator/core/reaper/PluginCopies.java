package dev.allocator.core.reaper;

import dev.allocator.core.profile.PluginFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The jars of plugins that are a folder each. The reaper has copies of them wherever they are: nobody who replaces or
 * removes a plugin thinks of the machines that it has made.
 *
 * @param jars by the names of their copies, such as {@code 000-acme/client.jar}: two plugins may have the same name
 */
record PluginCopies(Map<String, ClassPathEntry> jars) {

    static PluginCopies of(Collection<PluginFolder> plugins) throws IOException {
        Map<String, ClassPathEntry> jars = new TreeMap<>();
        int number = 0;
        for (PluginFolder plugin : plugins) {
            for (Path jar : plugin.jars()) {
                ClassPathEntry entry = ClassPathEntry.look(jar);
                if (!entry.isEmpty()) {
                    jars.put("%03d-%s/%s".formatted(number, plugin.name(), jar.getFileName()), entry);
                }
            }
            number++;
        }
        return new PluginCopies(jars);
    }

    long bytes() {
        return jars.values().stream().mapToLong(ClassPathEntry::bytes).sum();
    }

    /** Changes when one of them does. */
    String signature() {
        return jars.values().stream().map(jar -> '\n' + jar.signature()).collect(Collectors.joining());
    }

    /** Makes them, where nothing is yet. */
    void copyTo(Path folder) throws IOException {
        for (Map.Entry<String, ClassPathEntry> jar : jars.entrySet()) {
            Path copy = folder.resolve(jar.getKey());
            Files.createDirectories(copy.getParent());
            jar.getValue().copyTo(copy);
        }
    }
}
