package dev.allocator.core.profile;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads the classes of one plugin from its own jars before others, so that a library that the program has in another
 * version does no harm. What the plugin and the engine talk in is shared: the API, the logging, and Java itself.
 */
final class PluginLoader extends URLClassLoader {

    private static final List<String> SHARED =
            List.of("dev.allocator.", "org.slf4j.", "org.jspecify.annotations.", "org.apiguardian.api.");

    private static final String SERVICES = "META-INF/services/dev.allocator.spi.";

    static {
        registerAsParallelCapable();
    }

    private PluginLoader(String name, URL[] jars, ClassLoader parent) {
        super(name, jars, parent);
    }

    static PluginLoader of(Path folder, List<Path> jars, ClassLoader parent) {
        return new PluginLoader(
                String.valueOf(folder.getFileName()),
                jars.stream().map(PluginLoader::url).toArray(URL[]::new),
                parent);
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("not a jar's name: " + jar, e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> own = isShared(name) ? null : own(name);
            return own != null ? own : super.loadClass(name, resolve);
        }
    }

    private @Nullable Class<?> own(String name) {
        try {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : findClass(name);
        } catch (ClassNotFoundException e) {
            return null;
        }
    }

    private static boolean isShared(String name) {
        return SHARED.stream().anyMatch(name::startsWith) || isPartOfJava(name);
    }

    private static boolean isPartOfJava(String name) {
        return getPlatformClassLoader().getResource(name.replace('.', '/') + ".class") != null;
    }

    @Override
    public @Nullable URL getResource(String name) {
        URL own = findResource(name);
        return own != null ? own : super.getResource(name);
    }

    /** Without the plugins that others have. */
    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return name.startsWith(SERVICES) ? findResources(name) : super.getResources(name);
    }
}
