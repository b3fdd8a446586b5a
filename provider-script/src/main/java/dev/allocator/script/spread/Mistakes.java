package dev.allocator.script.spread;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Kind;
import dev.allocator.spi.Location;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Collects what is wrong with a file, so that it is told at once, and what is found twice only once. For one thread. */
final class Mistakes {

    private static final int LONGEST_QUOTE = 60;

    private final Set<String> all = new LinkedHashSet<>();

    void add(Location location, String what) {
        all.add(location + ": " + what);
    }

    /** Throws all of them, a line each. */
    void throwIfAny() {
        if (!all.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", all));
        }
    }

    /** The text of a key, if it has one; a value of another kind is a mistake. */
    Optional<ConfigNode> text(ConfigNode section, String key) {
        Optional<ConfigNode> value = section.get(key).filter(node -> !node.isNull());
        if (value.isPresent() && value.get().kind() != Kind.SCALAR) {
            String found = value.get().kind() == Kind.LIST ? "a list" : "a section";
            add(value.get().location(), "'" + key + "' must be a text, not " + found);
            return Optional.empty();
        }
        return value.filter(node -> !node.text().isEmpty());
    }

    /** A text in quotes, on one line and not too long. */
    static String quote(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        int end = line.offsetByCodePoints(0, Math.min(LONGEST_QUOTE, line.codePointCount(0, line.length())));
        StringBuilder quoted = new StringBuilder("'");
        line.substring(0, end)
                .codePoints()
                .map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
                .forEach(quoted::appendCodePoint);
        return quoted.append(end < line.length() ? "…'" : "'").toString();
    }
}
