package dev.allocator.script.commands;

import dev.allocator.script.Documentation;
import dev.allocator.script.Requirement;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The cloud in a folder that COMMANDS.md makes machines of, with the very script of that page. */
final class Cloud {

    private final Path folder;

    private Cloud(Path folder) {
        this.folder = folder;
    }

    /** Sets it up in a folder, unless it is there. */
    static Cloud in(Path folder) {
        Requirement.program("jq");
        Requirement.program("setsid");
        try {
            if (!Files.exists(folder.resolve("machines"))) {
                Files.createDirectories(folder.resolve("cloud"));
                Files.createDirectories(folder.resolve("bin"));
                program(folder.resolve("bin/cloudctl"), resource("cloudctl"));
                program(
                        folder.resolve("machines"),
                        Documentation.examples("COMMANDS.md", "## A complete example", "sh")
                                .get(0));
            }
            return new Cloud(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream text = Cloud.class.getResourceAsStream(name)) {
            return new String(text.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A shell line that runs the script, with some variables set. */
    String line(String... variables) {
        return "export CLOUD='" + folder.resolve("cloud") + "' PATH='" + folder.resolve("bin") + "':\"$PATH\" "
                + String.join(" ", variables) + "; exec '" + folder.resolve("machines") + "'";
    }

    /** Settings of an instance, whose creation has some variables set. */
    Map<String, Object> settings(String... variables) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("contract", "commands");
        settings.put("create", line(variables));
        settings.put("retry-delay", "1s");
        List.of("destroy", "list", "check").forEach(action -> settings.put(action, line()));
        return settings;
    }

    /** What exists of a machine, or of all if its id is the empty text. */
    List<String> machines(String id) {
        try (Stream<Path> machines = Files.list(folder.resolve("cloud"))) {
            return machines.map(machine -> machine.getFileName().toString())
                    .filter(name -> name.endsWith(id))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
