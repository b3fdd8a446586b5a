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
 * @param err progress and problems
 * @param liveLine whether the error output is a terminal, where one line may be rewritten
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
        boolean liveLine,
        Map<String, String> environment,
        Path directory,
        Function<AllocatorOptions, Allocator> engine,
        ProcessEnd processEnd,
        Callers callers) {}
