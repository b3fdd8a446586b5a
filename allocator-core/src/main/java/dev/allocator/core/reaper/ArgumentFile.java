package dev.allocator.core.reaper;

import java.nio.charset.Charset;
import java.util.List;

/** The text of a file of arguments for {@code java @FILE}; see "java Command-Line Argument Files" of its manual. */
final class ArgumentFile {

    private ArgumentFile() {}

    static byte[] of(List<String> arguments) {
        StringBuilder text = new StringBuilder();
        for (String argument : arguments) {
            text.append('"')
                    .append(argument.replace("\\", "\\\\")
                            .replace("\"", "\\\"")
                            .replace("\n", "\\n")
                            .replace("\r", "\\r"))
                    .append("\"\n");
        }
        // The launcher passes the bytes on as they are, to be read as all file names are.
        return text.toString().getBytes(Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
    }
}
