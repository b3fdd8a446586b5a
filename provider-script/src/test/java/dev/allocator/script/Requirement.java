package dev.allocator.script;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a test needs of its host. */
public final class Requirement {

    private Requirement() {}

    /** Skips the test, or fails it if tests of this kind are required, where a program is missing. */
    public static void program(String name) {
        boolean present = Stream.of((System.getenv("PATH") + ":/usr/sbin").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
        require(present, "the program " + name);
    }

    /** Skips the test, or fails it if tests of this kind are required, where something is missing. */
    public static void require(boolean present, String what) {
        if (!present && "required".equals(System.getProperty("e2e"))) {
            throw new AssertionError("this test needs " + what);
        }
        assumeTrue(present, () -> "skipped: this test needs " + what);
    }
}
