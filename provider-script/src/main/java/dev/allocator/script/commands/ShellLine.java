package dev.allocator.script.commands;

import dev.allocator.spi.Location;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A shell line that somebody configured.
 *
 * @param action what it is for: {@code create}, {@code destroy}, {@code list} or {@code check}
 * @param text the line
 * @param location where it was written
 * @param directory where it runs
 */
record ShellLine(String action, String text, Location location, Path directory) {

    /** A path that the shell would take as it is: with a slash, and nothing that means more to it. */
    private static final Pattern PATH =
            Pattern.compile("([A-Za-z0-9_.+@%,-]*/[A-Za-z0-9_.+@%,/-]*)([\\s;&|<>].*)?", Pattern.DOTALL);

    /** The same line, run elsewhere. */
    ShellLine in(Path other) {
        return new ShellLine(action, text, location, other);
    }

    /** Why it certainly cannot run, in one sentence with the place where it was written. */
    Optional<String> problem() {
        if (!Files.isDirectory(directory)) {
            return Optional.of(place() + "the folder that it runs in, " + directory + ", does not exist");
        }
        Matcher words = PATH.matcher(text.strip());
        if (!words.matches()) {
            return Optional.empty();
        }
        Path program = directory.resolve(words.group(1)).normalize();
        if (Files.isDirectory(program)) {
            return Optional.of(place() + program + " is a folder, not a program");
        }
        if (!Files.exists(program)) {
            return Optional.of(place() + "there is no " + program);
        }
        if (!Files.isExecutable(program)) {
            return Optional.of(place() + program + " is not executable (chmod +x " + program + ")");
        }
        return Optional.empty();
    }

    /** How a sentence about it begins: where it was written, and what it is. */
    private String place() {
        return location + ": the " + action + " command cannot run: ";
    }
}
