package dev.allocator.core.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Guesses what somebody who misspelt a name meant. */
public final class Suggestion {

    private static final int SHORTEST_PREFIX = 2;

    /** Nobody misspells a name into this, and comparing takes time and memory. */
    private static final int LONGEST = 200;

    private Suggestion() {}

    /** {@code ; did you mean 'x'?}, or nothing if no name known resembles this one. */
    public static String among(Collection<String> known, String name) {
        return closest(known, name)
                .map(close -> "; did you mean " + Problems.quote(close) + "?")
                .orElse("");
    }

    private static Optional<String> closest(Collection<String> known, String name) {
        if (name.length() > LONGEST) {
            return Optional.empty();
        }
        String wanted = plain(name);
        String best = null;
        int smallest = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = distance(wanted, plain(candidate));
            if (distance < smallest) {
                smallest = distance;
                best = candidate;
            }
        }
        if (best != null && smallest <= tolerated(wanted)) {
            return Optional.of(best);
        }
        return known.stream()
                .filter(candidate -> isPrefix(wanted, plain(candidate)))
                .findFirst();
    }

    /** Whether somebody who wrote one name may have meant the other. */
    static boolean mayMean(String written, String meant) {
        return !among(List.of(meant), written).isEmpty();
    }

    /** About one slip in three letters, at most three. */
    private static int tolerated(String wanted) {
        return Math.min(3, (wanted.length() + 1) / 3);
    }

    private static boolean isPrefix(String wanted, String candidate) {
        return Math.min(wanted.length(), candidate.length()) >= SHORTEST_PREFIX
                && (candidate.startsWith(wanted) || wanted.startsWith(candidate));
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /** The least number of letters inserted, deleted, replaced or swapped with their neighbour. */
    private static int distance(String from, String to) {
        int[][] d = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            d[i][0] = i;
        }
        for (int j = 0; j <= to.length(); j++) {
            d[0][j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            for (int j = 1; j <= to.length(); j++) {
                int replaced = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + replaced);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[from.length()][to.length()];
    }
}
