package dev.allocator.cli;

import dev.allocator.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a log-in's password comes from: the command line shows it to everybody, so there are other ways. */
final class PasswordSource {

    /** Variables that hold a password, the first one counts; no child process gets them. */
    static final List<String> VARIABLES = List.of("ALLOCATOR_PASSWORD", "SPREAD_PASSWORD");

    private static final int LIMIT = 4096;

    private PasswordSource() {}

    /**
     * The word from the command line, else the descriptor's first line, else a variable.
     *
     * @throws CommandFailure if there is none, or the descriptor cannot be read
     */
    static Secret find(
            String user, String word, @Nullable Integer descriptor, InputStream in, Map<String, String> environment) {
        if (!word.isEmpty()) {
            return Secret.of(word);
        }
        if (descriptor != null) {
            return Secret.of(read(descriptor, in));
        }
        return VARIABLES.stream()
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .map(Secret::of)
                .orElseThrow(() -> new CommandFailure("no password for user '" + Failures.squeeze(user)
                        + "': give one as PASSWORD, by --password-fd, or in " + String.join(" or ", VARIABLES)));
    }

    private static String read(int descriptor, InputStream in) {
        String line;
        if (descriptor == 0) {
            line = firstLine(descriptor, in);
        } else {
            try (InputStream stream = Files.newInputStream(Path.of("/dev/fd/" + descriptor))) {
                line = firstLine(descriptor, stream);
            } catch (IOException e) {
                throw new CommandFailure("cannot read the password: file descriptor " + descriptor + " is not open");
            }
        }
        // A number nobody opened is, by now, that of some binary file of the Java runtime.
        if (line.isEmpty() || line.chars().anyMatch(Character::isISOControl)) {
            throw new CommandFailure("cannot read the password: file descriptor " + descriptor
                    + (line.isEmpty()
                            ? " gives an empty line"
                            : " gives no line of text; was it opened for this program?"));
        }
        return line;
    }

    private static String firstLine(int descriptor, InputStream in) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int next = in.read(); next != -1 && next != '\n'; next = in.read()) {
                if (line.size() == LIMIT) {
                    throw new CommandFailure("cannot read the password: file descriptor " + descriptor
                            + " gives more than " + LIMIT + " bytes without an end of line");
                }
                line.write(next);
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot read the password from file descriptor " + descriptor + ": " + e.getMessage());
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
