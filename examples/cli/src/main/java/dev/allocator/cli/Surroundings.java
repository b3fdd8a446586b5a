package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/**
 * What one run of the program works with; {@link Main} makes the real ones.
 *
 * @param in what the user pipes in
 * @param out results only: other programs parse it
 * @param err progress and problems; prints to {@code status}
 * @param status the error output's last line
 * @param terminals which outputs are terminals
 * @param environment the variables that passwords and places are looked up in
 * @param directory the working directory
 * @param engine opens an allocator
 * @param processEnd what a signal causes
 * @param callers who waits for this process
 */
record Surroundings(
        InputStream in,
        PrintStream out,
        PrintStream err,
        StatusLine status,
        Terminals terminals,
        Map<String, String> environment,
        Path directory,
        Function<AllocatorOptions, Allocator> engine,
        ProcessEnd processEnd,
        Callers callers) {

    /** Which of the outputs are terminals. */
    record Terminals(boolean out, boolean err) {}

    /** Where it is written what to do, in the folder that the program is installed in. */
    String section(Trouble trouble) {
        String home = home();
        return (home.isEmpty() ? "" : home + "/") + "TROUBLESHOOTING.md#" + trouble.anchor();
    }

    /** Where plugins are looked for. */
    PluginPlaces plugins() {
        return PluginPlaces.of(environment, directory, home());
    }

    private static String home() {
        return System.getProperty("allocator.cli.home", "");
    }

    /** For the output. */
    Colours colours() {
        return Colours.of(terminals.out(), environment);
    }

    /** For the error output. */
    Colours errorColours() {
        return Colours.of(terminals.err(), environment);
    }
}
