package dev.allocator.core.config;

import dev.allocator.ConfigurationException;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Location;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects everything that is wrong, so that it is reported at once. What is found twice, because several profiles
 * inherit it, is kept once. For one thread.
 */
public final class Problems {

    private record Problem(Location location, String what) {}

    private static final int LONGEST_QUOTE = 60;

    private final Set<Problem> problems = new LinkedHashSet<>();
    private final Set<Location> unknownKeys = new HashSet<>();
    private final Set<Location> settled = new HashSet<>();

    /**
     * Adds a problem.
     *
     * @param what one sentence without a full stop; quotes what was written, never what it was interpolated to
     */
    public void add(Location location, String what) {
        if (!settled.contains(location)) {
            problems.add(new Problem(location, what));
        }
    }

    /** Keeps further problems at a place away: its value is unknown, and why that is so was reported. */
    void settle(Location location) {
        settled.add(location);
    }

    /** Adds a problem with a name that resembles one of those known, if there is one. */
    public void add(Location location, String what, String name, Collection<String> known) {
        add(location, what + Suggestion.among(known, name));
    }

    /**
     * Adds a key that nobody knows, unless that key was already reported.
     *
     * @param section what the key is in, such as {@code profile 'x'}
     */
    public void unknownKey(ConfigNode.Entry entry, String section, Collection<String> known) {
        if (unknownKeys.add(entry.location())) {
            String suggestion = Suggestion.among(known, entry.key());
            add(
                    entry.location(),
                    "unknown key " + quote(entry.key()) + " in " + section
                            + (suggestion.isEmpty() ? expected(known) : suggestion));
        }
    }

    /**
     * Adds a key that resembles one that is missing, if there is one.
     *
     * @param section what the key is in
     * @param missing the key without which nobody knows what other keys there are
     * @return whether there is
     */
    public boolean misspelt(ConfigNode node, String section, String missing) {
        for (ConfigNode.Entry entry : node.entries()) {
            if (!entry.key().equals(missing) && Suggestion.mayMean(entry.key(), missing)) {
                unknownKey(entry, section, List.of(missing));
                return true;
            }
        }
        return false;
    }

    private static String expected(Collection<String> known) {
        return known.isEmpty() ? "; there are no keys here" : "; expected one of " + String.join(", ", known);
    }

    /** Whether nothing is wrong. */
    public boolean isEmpty() {
        return problems.isEmpty();
    }

    /** Each problem as {@code file:line:column: what}, by file and position. */
    public List<String> toList() {
        List<Problem> sorted = new ArrayList<>(problems);
        sorted.sort(Comparator.comparing((Problem problem) -> problem.location().source())
                .thenComparingInt(problem -> problem.location().line())
                .thenComparingInt(problem -> problem.location().column()));
        return sorted.stream()
                .map(problem -> problem.location() + ": " + visible(problem.what()))
                .toList();
    }

    /** Throws a {@link ConfigurationException} with all problems, if there are any. */
    public void throwIfAny() {
        if (!isEmpty()) {
            throw new ConfigurationException(toList());
        }
    }

    /** The text in quotes, on one line and not too long, for a message. */
    public static String quote(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        boolean shortened = line.length() < text.strip().length();
        if (line.codePointCount(0, line.length()) > LONGEST_QUOTE) {
            line = line.substring(0, line.offsetByCodePoints(0, LONGEST_QUOTE));
            shortened = true;
        }
        return "'" + visible(line) + (shortened ? "…'" : "'");
    }

    /** On one line of a terminal, whatever was written. */
    private static String visible(String text) {
        StringBuilder visible = new StringBuilder(text.length());
        text.codePoints().map(c -> Character.isISOControl(c) ? '\uFFFD' : c).forEach(visible::appendCodePoint);
        return visible.toString();
    }
}
