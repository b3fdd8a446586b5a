package dev.allocator.core.reaper;

import dev.allocator.Allocator;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this JVM's classes were loaded from, as far as another JVM can have them on its class path. */
final class ClassPath {

    private static final Logger LOG = LoggerFactory.getLogger(ClassPath.class);

    private final Set<Path> entries = new LinkedHashSet<>();

    private ClassPath() {}

    /**
     * Jars and folders in the order of the class path, absolute: those of the class path, of the module path, and of
     * plugins that were loaded by other means.
     *
     * @param plugins the classes of the plugins
     */
    static Collection<Path> of(Collection<Class<?>> plugins) {
        ClassPath path = new ClassPath();
        path.addPaths(System.getProperty("java.class.path", ""));
        path.addModules(System.getProperty("jdk.module.path", ""));
        path.addSource(Allocator.class);
        path.addSource(ClassPath.class);
        for (Class<?> plugin : plugins) {
            if (plugin.getClassLoader() instanceof URLClassLoader loader) {
                for (URL url : loader.getURLs()) {
                    path.addUrl(url);
                }
            }
            path.addSource(plugin);
        }
        return path.entries;
    }

    private void addPaths(String paths) {
        if (paths.isEmpty() && System.getProperty("jdk.module.main") != null) {
            return; // an empty class path is the working directory, but not where the main class is in a module
        }
        for (String path : paths.split(File.pathSeparator, -1)) {
            try {
                add(Path.of(path));
            } catch (InvalidPathException e) {
                LOG.debug("not on the reaper's class path: {}", e.toString());
            }
        }
    }

    /** A module path names modules, and folders of modules. */
    private void addModules(String paths) {
        for (String name : paths.split(File.pathSeparator, -1)) {
            Path path = Path.of(name);
            if (name.isEmpty()) {
                continue;
            }
            if (!Files.isDirectory(path) || Files.exists(path.resolve("module-info.class"))) {
                add(path);
                continue;
            }
            try (DirectoryStream<Path> modules = Files.newDirectoryStream(path)) {
                modules.forEach(this::add);
            } catch (IOException e) {
                LOG.debug("not on the reaper's class path: {}", e.toString());
            }
        }
    }

    private void addSource(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source != null && source.getLocation() != null) {
            addUrl(source.getLocation());
        }
    }

    private void addUrl(URL url) {
        file(url).ifPresent(this::add);
    }

    private static Optional<Path> file(URL url) {
        try {
            URI uri = url.toURI();
            return "file".equals(uri.getScheme()) ? Optional.of(Path.of(uri)) : Optional.empty();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void add(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        if (!entries.contains(absolute) && Files.exists(absolute)) {
            entries.add(absolute);
            if (Files.isRegularFile(absolute) && !StablePlaces.contains(absolute)) {
                addManifest(absolute);
            }
        }
    }

    /** A jar may name others, relative to itself; a copy of it would not find them. */
    private void addManifest(Path jar) {
        for (String reference : manifestClassPath(jar)) {
            try {
                URL url = jar.toUri().resolve(reference).toURL();
                addUrl(url);
            } catch (IOException | IllegalArgumentException e) {
                LOG.debug("{} refers to '{}', which is no file", jar, reference);
            }
        }
    }

    private static List<String> manifestClassPath(Path jar) {
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            Manifest manifest = file.getManifest();
            String references =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return references == null || references.isBlank()
                    ? List.of()
                    : List.of(references.strip().split(" +"));
        } catch (IOException e) {
            LOG.debug("{} is no jar: {}", jar, e.toString());
            return List.of();
        }
    }
}
