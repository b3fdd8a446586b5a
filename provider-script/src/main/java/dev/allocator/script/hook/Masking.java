package dev.allocator.script.hook;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Hides secrets in what a command prints: as they are, as bash quotes them in {@code set -x} traces, by {@code printf
 * %q} and by {@code declare -p} in any locale, split into words, and as JSON. Of a secret of several lines each is
 * hidden, but for the frame of a key in PEM. Immutable.
 */
public final class Masking {

    private static final String MASK = "***";

    /** What is longer, such as an encoded file, is hidden as it is only. */
    private static final int LONGEST_QUOTED = 512;

    /** Quotes and backslashes multiply where something is quoted again; too much is hidden rather than too little. */
    private static final String QUOTING = "(?:[\\\\'\"]|\\\\(?:047|042|134|u0027|u0022|u005[cC]))";

    private static final String ESCAPE = "\\\\{1,4}";

    /** How much a run of quotes or of white space can grow, per character. Bounded, so that no line takes long. */
    private static final int GROWTH = 16;

    private final List<Pattern> patterns;

    private Masking(List<Pattern> patterns) {
        this.patterns = patterns;
    }

    /** Hides these; empty ones are ignored. */
    public static Masking of(Collection<String> secrets) {
        return new Masking(secrets.stream()
                .flatMap(String::lines)
                .map(String::strip) // as an unquoted variable shows it
                .filter(line -> !line.isEmpty() && !line.startsWith("-----"))
                .distinct()
                .sorted(Comparator.comparing(String::length).reversed())
                .map(Masking::pattern)
                .toList());
    }

    /** The text without the secrets. */
    public String mask(String text) {
        String masked = text;
        for (Pattern pattern : patterns) {
            masked = pattern.matcher(masked).replaceAll(Matcher.quoteReplacement(MASK));
        }
        return masked;
    }

    private static Pattern pattern(String secret) {
        if (secret.length() > LONGEST_QUOTED) {
            return Pattern.compile(Pattern.quote(secret));
        }
        StringBuilder regex = new StringBuilder();
        int i = 0;
        while (i < secret.length()) {
            int end = endOfRun(secret, i);
            String times = "{1," + (end - i) * GROWTH + "}";
            // The backslash of an escape may have been taken for one of the quotes before.
            String escape = i > 0 && isQuoting(secret.charAt(i - 1)) ? "\\\\{0,4}" : ESCAPE;
            if (isQuoting(secret.charAt(i))) {
                regex.append(QUOTING).append(times).append("+");
            } else if (Character.isWhitespace(secret.charAt(i))) {
                regex.append("'?").append(space(escape)).append(times).append("\\$?'?");
            } else {
                for (int c : secret.substring(i, end).codePoints().toArray()) {
                    regex.append(character(c, escape));
                    escape = ESCAPE;
                }
            }
            i = end;
        }
        return Pattern.compile(regex.toString());
    }

    private static int endOfRun(String secret, int start) {
        int end = start + 1;
        while (end < secret.length() && kind(secret.charAt(end)) == kind(secret.charAt(start))) {
            end++;
        }
        return end;
    }

    private static int kind(char c) {
        return isQuoting(c) ? 1 : Character.isWhitespace(c) ? 2 : 3;
    }

    private static boolean isQuoting(char c) {
        return c == '\'' || c == '"' || c == '\\';
    }

    private static String space(String escape) {
        return "(?:\\\\{0,4}\\s|" + escape + "(?:t|v|f|011|013|014|u0009|u0020|u000[bcBC]))";
    }

    /** A character as it is, after backslashes, by its bytes, by its number, or by its letter. */
    private static String character(int c, String escape) {
        String text = Character.toString(c);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringJoiner octal = new StringJoiner(ESCAPE);
        for (byte b : bytes) {
            octal.add(String.format("%03o", b & 0xff));
        }
        String units =
                text.chars().mapToObj(unit -> String.format("u(?i:%04x)", unit)).collect(Collectors.joining(ESCAPE));
        String letter = switch (c) {
            case 7 -> "|a";
            case 8 -> "|b";
            case 27 -> "|[eE]";
            default -> "";
        };
        // In the C locale bash puts a backslash before each byte, and none of them is UTF-8 any more.
        String torn = bytes.length > 1 ? "|" + escape + ("\uFFFD" + ESCAPE).repeat(bytes.length - 1) + "\uFFFD" : "";
        String escaped = escape + "(?:" + octal + "|" + units + letter + ")";
        return "(?:\\\\{0,4}" + Pattern.quote(text) + "|" + escaped + torn + ")";
    }
}
