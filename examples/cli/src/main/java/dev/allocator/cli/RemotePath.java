package dev.allocator.cli;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path in a machine as {@code cp} takes it.
 *
 * @param machine the machine's address or its lease's id
 * @param path the path there; {@code .}, the user's home, where none is given
 */
record RemotePath(String machine, String path) {

    /** A host name, an IPv4 address, an id, or an IPv6 address in brackets; then a port. */
    private static final Pattern WITH_PORT = Pattern.compile("((?:\\[[^]/]+]|[^:/\\[\\]]+):[0-9]{1,5}):(.*)");

    private static final Pattern WITHOUT_PORT = Pattern.compile("(\\[[^]/]+]|[^:/\\[\\]]+):(.*)");

    /** What the word names in a machine, or empty if it is a path here: without a colon, or with a slash before it. */
    static Optional<RemotePath> of(String word) {
        for (Pattern pattern : new Pattern[] {WITH_PORT, WITHOUT_PORT}) {
            Matcher matcher = pattern.matcher(word);
            if (matcher.matches()) {
                return Optional.of(
                        new RemotePath(matcher.group(1), matcher.group(2).isEmpty() ? "." : matcher.group(2)));
            }
        }
        return Optional.empty();
    }
}
