package dev.allocator.script.hook;

import java.nio.file.Path;

/**
 * The files of one run of a hook, all in one folder.
 *
 * @param folder the machine's folder
 * @param hook the hook's name
 * @param number which run of that hook, from 1
 */
public record HookRun(Path folder, String hook, int number) {

    /** What it reads from its standard input. Its existence reserves the number. */
    public Path input() {
        return file("in");
    }

    /** What it prints, its error output too unless that is {@linkplain #answer() apart}; may hold secrets. */
    public Path output() {
        return file("out");
    }

    /** Its standard output alone, if its error output is apart. */
    public Path answer() {
        return file("answer");
    }

    /** Its process, as {@link dev.allocator.spi.ProcessSpec#recordFile()} says. */
    public Path process() {
        return file("pid");
    }

    /** What its functions said, if the contract has any; a line each, such as {@code <ERROR text>}. */
    public Path results() {
        return file("results");
    }

    /** A file of this run that a contract needs besides. */
    public Path file(String ending) {
        return folder.resolve(hook + "-" + number + "." + ending);
    }
}
