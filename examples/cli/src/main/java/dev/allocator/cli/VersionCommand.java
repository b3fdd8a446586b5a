package dev.allocator.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says which program this is. */
@Command(
        name = VersionCommand.NAME,
        description = "Show the version.",
        footerHeading = "%nExample:%n",
        footer = "  allocator version --json")
final class VersionCommand implements Runnable {

    static final String NAME = "version";

    private final RootCommand root;

    @Option(names = "--json", description = "As one JSON document.")
    private boolean json;

    VersionCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        root.surroundings().out().println(json ? json() : text());
    }

    private static String json() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("version", version());
        fields.put("java", System.getProperty("java.version"));
        return Json.write(fields);
    }

    static String text() {
        return "allocator " + version() + " (Java " + System.getProperty("java.version") + ")";
    }

    private static String version() {
        try (InputStream in = VersionCommand.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the version from the program's own jar", e);
        }
    }
}
