package dev.allocator.lxd.spread;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.ConfigNode.Kind;
import dev.allocator.spi.Location;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Collects what is wrong with a file, so that it is told at once; shared anchors only once. For one thread. */
final class Mistakes {

    private static final int LONGEST_QUOTE = 60;

    private final Set<String> all = new LinkedHashSet<>();
    private final Set<Location> unknownKeys = new LinkedHashSet<>();

    void add(Location location, String what) {
        all.add(location + ": " + what);
    }

    /** Throws all of them, a line each. */
    void throwIfAny() {
        if (!all.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", all));
        }
    }

    /** Anything but a section, or nothing at all, is a mistake. */
    void requireSection(ConfigNode node, String what) {
        if (node.kind() != Kind.SECTION && !node.isNull()) {
            add(node.location(), what + " must be a section of keys, not " + found(node));
        }
    }

    /** The section under a key, empty if there is none. */
    ConfigNode section(ConfigNode parent, String key) {
        Optional<ConfigNode> value = parent.get(key);
        value.ifPresent(node -> requireSection(node, "'" + key + "'"));
        return value.filter(node -> node.kind() == Kind.SECTION)
                .orElse(ConfigNode.section(parent.location(), List.of()));
    }

    /** The text of a key, if it has one; a value of another kind is a mistake. */
    Optional<ConfigNode> text(ConfigNode section, String key) {
        Optional<ConfigNode> value = section.get(key).filter(node -> !node.isNull());
        if (value.isPresent() && value.get().kind() != Kind.SCALAR) {
            add(value.get().location(), "'" + key + "' must be a text, not " + found(value.get()));
            return Optional.empty();
        }
        return value.filter(node -> !node.text().isBlank());
    }

    /** Keys that are not known are mistakes. */
    void checkKeys(ConfigNode section, String what, List<String> known) {
        for (Entry entry : section.entries()) {
            if (!known.contains(entry.key()) && unknownKeys.add(entry.location())) {
                String similar = suggestion(known, entry.key());
                add(
                        entry.location(),
                        "unknown key " + quote(entry.key()) + " in " + what
                                + (similar.isEmpty() ? "; expected one of " + String.join(", ", known) : similar));
            }
        }
    }

    /** What is there, for a message. */
    static String found(ConfigNode node) {
        return switch (node.kind()) {
            case LIST -> "a list";
            case SECTION -> "a section";
            case SCALAR -> node.text().isBlank() || node.isNull() ? "nothing" : quote(node.source());
        };
    }

    /** A text in quotes, on one line and not too long. */
    static String quote(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        String cut = line.substring(
                0, line.offsetByCodePoints(0, Math.min(LONGEST_QUOTE, line.codePointCount(0, line.length()))));
        return "'" + cut.replaceAll("\\p{Cntrl}", "\uFFFD")
                + (cut.length() < text.strip().length() ? "…'" : "'");
    }

    /** {@code ; did you mean 'x'?}, or nothing if no name known resembles this one. */
    static String suggestion(Collection<String> known, String name) {
        int slips = Math.min(3, (name.length() + 1) / 3);
        return known.stream()
                .filter(candidate -> distance(plain(name), plain(candidate)) <= slips)
                .findFirst()
                .map(candidate -> "; did you mean " + quote(candidate) + "?")
                .orElse("");
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }

    /** The least number of letters inserted, deleted or replaced. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
