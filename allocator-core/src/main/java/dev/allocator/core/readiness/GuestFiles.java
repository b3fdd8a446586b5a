package dev.allocator.core.readiness;

import dev.allocator.Command;
import dev.allocator.core.ssh.ShellQuote;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commands, as root, that look at files of a machine. */
public final class GuestFiles {

    /** The name under which {@code /bin/sh -s} gets the script that names files; for stand-ins of machines. */
    public static final String COLLECT = "allocator-collect";

    /** What a shell expands. */
    private static final Pattern WILDCARD = Pattern.compile("[*?\\[\\]]+");

    private GuestFiles() {}

    /**
     * Names the files at some paths on its standard output, one a line, those in folders too.
     *
     * @param paths absolute, maybe with {@code *}, {@code ?} and {@code […]}
     */
    public static Command list(List<String> paths) {
        StringBuilder script = new StringBuilder(GuestScripts.resource("collect.sh")).append("collect");
        paths.forEach(path -> script.append(' ').append(pattern(path)));
        return Command.of("/bin/sh", "-s", COLLECT)
                .stdin(script.append('\n').toString())
                .asRoot();
    }

    /** Quotes all that is no wildcard. */
    static String pattern(String path) {
        StringBuilder word = new StringBuilder();
        Matcher wildcard = WILDCARD.matcher(path);
        int from = 0;
        while (wildcard.find()) {
            word.append(from == wildcard.start() ? "" : ShellQuote.word(path.substring(from, wildcard.start())))
                    .append(wildcard.group());
            from = wildcard.end();
        }
        return word + (from == path.length() ? "" : ShellQuote.word(path.substring(from)));
    }

    /** Writes the end of a file to its standard output. */
    public static Command end(String path, long bytes) {
        return Command.of("tail", "-c", Long.toString(bytes), path).asRoot();
    }
}
