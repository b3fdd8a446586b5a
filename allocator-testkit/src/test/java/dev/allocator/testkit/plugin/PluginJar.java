package dev.allocator.testkit.plugin;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A jar of classes that are on no class path, compiled from source. Unchangeable. */
public final class PluginJar {

    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> otherApi = new LinkedHashMap<>();
    private final Map<String, String> files = new LinkedHashMap<>();
    private int classFileVersion;

    private PluginJar() {}

    /** An empty one. */
    public static PluginJar empty() {
        return new PluginJar();
    }

    /** A provider type whose machines are those of the testkit's {@code process}. */
    public static PluginJar provider(String type) {
        return provider("com.acme.AcmeFactory", type, "");
    }

    /**
     * The same with a class name of its own.
     *
     * @param more members of the class
     */
    public static PluginJar provider(String name, String type, String more) {
        int dot = name.lastIndexOf('.');
        return empty().source(name, """
                        package %s;

                        import dev.allocator.spi.*;

                        public final class %s implements ProviderFactory {
                            private final ProviderFactory real = new dev.allocator.testkit.ProcessProviderFactory();
                            %s
                            public String type() {
                                return "%s";
                            }
                            public SettingsSchema settings() {
                                return real.settings();
                            }
                            public SettingsSchema profileSettings() {
                                return real.profileSettings();
                            }
                            public Provider open(ProviderContext context) throws ProviderException {
                                return real.open(context);
                            }
                        }
                        """.formatted(name.substring(0, dot), name.substring(dot + 1), more, type))
                .service("ProviderFactory", name);
    }

    /** With one more class. */
    public PluginJar source(String name, String text) {
        PluginJar copy = copy();
        copy.sources.put(name, text);
        return copy;
    }

    /** Compiled against this version of a class, which is not in the jar. */
    public PluginJar against(String name, String text) {
        PluginJar copy = copy();
        copy.otherApi.put(name, text);
        return copy;
    }

    /** With a declaration of a service of the SPI. */
    public PluginJar service(String service, String name) {
        return file("META-INF/services/dev.allocator.spi." + service, name + "\n");
    }

    /** With any file. */
    public PluginJar file(String name, String text) {
        PluginJar copy = copy();
        copy.files.put(name, text);
        return copy;
    }

    /** As compiled for another Java: 65 is that of Java 21. */
    public PluginJar classFileVersion(int version) {
        PluginJar copy = copy();
        copy.classFileVersion = version;
        return copy;
    }

    private PluginJar copy() {
        PluginJar copy = new PluginJar();
        copy.sources.putAll(sources);
        copy.otherApi.putAll(otherApi);
        copy.files.putAll(files);
        copy.classFileVersion = classFileVersion;
        return copy;
    }

    /** Writes it. */
    public Path write(Path jar) throws IOException {
        Files.createDirectories(jar.getParent());
        Path work = Files.createTempDirectory("plugin-jar");
        Path api = compile(work.resolve("api"), otherApi, List.of());
        Path classes = compile(work.resolve("plugin"), sources, List.of(api));
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            for (Path source :
                    all.filter(path -> path.toString().endsWith(".class")).toList()) {
                byte[] bytes = Files.readAllBytes(source);
                if (classFileVersion > 0) {
                    bytes[7] = (byte) classFileVersion; // JVMS 4.1: magic, minor version, major version
                }
                put(out, classes.relativize(source).toString(), bytes);
            }
            for (Map.Entry<String, String> extra : files.entrySet()) {
                put(out, extra.getKey(), extra.getValue().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        try (Stream<Path> all = Files.walk(work)) {
            all.sorted(java.util.Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        }
        return jar;
    }

    private static void put(JarOutputStream out, String name, byte[] bytes) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        out.write(bytes);
        out.closeEntry();
    }

    private static Path compile(Path folder, Map<String, String> sources, List<Path> before) throws IOException {
        Files.createDirectories(folder);
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = folder.resolve(source.getKey().replace('.', '/') + ".java");
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, source.getValue()));
        }
        if (files.isEmpty()) {
            return folder;
        }
        String path = Stream.concat(
                        before.stream().map(Path::toString), Stream.of(System.getProperty("java.class.path")))
                .collect(java.util.stream.Collectors.joining(java.io.File.pathSeparator));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            boolean done = compiler.getTask(
                            said,
                            manager,
                            null,
                            List.of("-proc:none", "--release", "17", "-cp", path, "-d", folder.toString()),
                            null,
                            manager.getJavaFileObjectsFromPaths(files))
                    .call();
            if (!done) {
                throw new AssertionError("cannot compile: " + said);
            }
        }
        return folder;
    }
}
