package dev.allocator.testkit.crash;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What these tests cannot do without. */
public final class Requirement {

    private Requirement() {}

    /** Linux with setsid, and these programs. */
    public static void programs(String... names) {
        if (!Files.isReadable(Path.of("/proc/self/environ"))) {
            missing("there is no /proc");
        }
        program("setsid");
        Arrays.stream(names).forEach(Requirement::program);
    }

    private static void program(String name) {
        boolean found = Arrays.stream(
                        System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
        if (!found) {
            missing("the program " + name + " is not installed");
        }
    }

    private static void missing(String reason) {
        if ("required".equals(System.getProperty("e2e"))) {
            fail(reason);
        }
        System.err.println("skipped: " + reason);
        abort(reason);
    }
}
