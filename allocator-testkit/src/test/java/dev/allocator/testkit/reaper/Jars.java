package dev.allocator.testkit.reaper;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** Makes an application of jars out of the class path of the tests. */
final class Jars {

    private Jars() {}

    /** One that starts {@link OwnerProgram}; the rest of the class path is in jars that its manifest refers to. */
    static Path of(Path folder) throws IOException {
        List<String> references = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path source = Path.of(entry);
            String name = "lib/" + references.size() + "%20jar.jar";
            Path target = folder.resolve("lib").resolve(references.size() + " jar.jar");
            if (Files.isDirectory(source)) {
                Files.createDirectories(target.getParent());
                write(target, new Manifest(), source);
                references.add(name);
            } else if (Files.exists(source)) {
                Files.createDirectories(target.getParent());
                Files.copy(source, target);
                references.add(name);
            }
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, OwnerProgram.class.getName());
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", references));
        Path application = folder.resolve("app.jar");
        write(application, manifest, Files.createDirectories(folder.resolve("empty")));
        return application;
    }

    private static void write(Path jar, Manifest manifest, Path classes) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                Stream<Path> all = Files.walk(classes)) {
            for (Path source : all.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(source).toString();
                if (!name.equals("META-INF/MANIFEST.MF")) {
                    out.putNextEntry(new ZipEntry(name));
                    Files.copy(source, out);
                    out.closeEntry();
                }
            }
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
