package dev.allocator.junit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The versions that the fixtures run under, each in a jar that the build puts there. */
enum JUnitVersion {
    FIVE("junit5.jar"),
    SIX("junit6.jar");

    private final Path jar;

    JUnitVersion(String jar) {
        this.jar = Path.of("target", "junit", jar).toAbsolutePath();
    }

    /** That of this JVM with its JUnit replaced by this one, and without a binding of SLF4J. */
    String classPath() {
        if (!Files.exists(jar)) {
            throw new AssertionError("missing " + jar + ": mvn process-test-resources copies it");
        }
        return jar
                + Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> !entry.isEmpty())
                        .filter(entry -> !entry.matches(".*/org/(junit|opentest4j)/.*|.*/slf4j-simple-[^/]*"))
                        .map(entry -> File.pathSeparator + entry)
                        .collect(Collectors.joining());
    }
}
