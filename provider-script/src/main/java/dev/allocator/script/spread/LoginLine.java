package dev.allocator.script.spread;

import dev.allocator.script.spread.Value.Part;
import java.util.LinkedHashMap;
import java.util.Map;

/** The shell line that runs commands and prints a user and a password. */
final class LoginLine {

    /** No name that a program would look for in its environment. */
    private static final String PREFIX = "_allocator_output_";

    private LoginLine() {}

    /**
     * A line for any POSIX shell. Each command is run once, by bash and without input as spread does, and its last line
     * ends are cut; if one fails, so does the line.
     */
    static String printing(Value user, Value password) {
        Map<String, String> outputs = new LinkedHashMap<>();
        String arguments = words(user, outputs) + " " + words(password, outputs);
        StringBuilder line = new StringBuilder();
        outputs.forEach((command, variable) -> line.append(variable)
                .append("=$(/bin/bash -c ")
                .append(quoted(command))
                .append(" </dev/null) || exit; "));
        return line.append("printf '%s\\n%s\\n' ").append(arguments).toString();
    }

    private static String words(Value value, Map<String, String> outputs) {
        StringBuilder word = new StringBuilder("''");
        for (Part part : value.parts()) {
            if (part.isCommand()) {
                String variable = outputs.computeIfAbsent(part.text(), command -> PREFIX + (outputs.size() + 1));
                word.append("\"$").append(variable).append('"');
            } else if (!part.text().isEmpty()) {
                word.append(quoted(part.text()));
            }
        }
        return word.toString();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
