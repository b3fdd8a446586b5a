package dev.allocator.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The arguments of this host's processes, as everybody can read them. */
final class ProcessArguments {

    private ProcessArguments() {}

    /** Those that hold a text; none where there is no {@code /proc}. */
    static List<String> holding(String text) {
        List<String> found = new ArrayList<>();
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return found;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String line = arguments(process);
                if (line.contains(text)) {
                    found.add(line.replace('\0', ' '));
                }
            }
        } catch (IOException e) {
            throw new AssertionError("/proc cannot be read", e);
        }
        return found;
    }

    private static String arguments(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }
}
