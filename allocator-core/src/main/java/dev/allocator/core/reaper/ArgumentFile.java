package dev.allocator.core.reaper;

import java.util.List;

/** The text of a file of arguments for {@code java @FILE}; see "java Command-Line Argument Files" of its manual. */
final class ArgumentFile {

    private ArgumentFile() {}

    static String of(List<String> arguments) {
        StringBuilder text = new StringBuilder();
        for (String argument : arguments) {
            text.append('"')
                    .append(argument.replace("\\", "\\\\")
                            .replace("\"", "\\\"")
                            .replace("\n", "\\n")
                            .replace("\r", "\\r"))
                    .append("\"\n");
        }
        return text.toString();
    }
}
