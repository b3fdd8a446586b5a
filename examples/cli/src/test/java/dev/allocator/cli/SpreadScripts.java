package dev.allocator.cli;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;

/** The scripts of spread's projects, such as {@code examples/spread/spread.yaml}, and spread's way of running them. */
final class SpreadScripts {

    /** The functions that spread defines for a backend's scripts, its {@code PATH}, and where the output goes. */
    private static final String PRELUDE = """
            ADDRESS() { { set +xu; } 2>/dev/null; [ -z "$1" ] && echo '<ADDRESS>' || echo "<ADDRESS $1>"; }
            FATAL() { { set +xu; } 2>/dev/null; [ -z "$1" ] && echo '<FATAL>' || echo "<FATAL $@>"; exit 213; }
            export PATH="$PROGRAMS:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin"
            exec 2>&1
            set -x
            """;

    private SpreadScripts() {}

    /** What {@code bash -eu -} gets on its input for the backend's script of that name. */
    static String input(String name) throws IOException {
        Path file = Path.of(System.getProperty("project.root"), "examples/spread/spread.yaml");
        return input(file, "adhoc", name);
    }

    /** The same for a backend of any project. */
    static String input(Path file, String backend, String name) throws IOException {
        return wrapped(PRELUDE
                + new YAMLMapper()
                        .readTree(file.toFile())
                        .at("/backends/" + backend + "/" + name)
                        .textValue());
    }

    /** A script as spread feeds it to a shell. */
    static String wrapped(String script) {
        return "(\n" + script + "\n) < /dev/null\n";
    }
}
