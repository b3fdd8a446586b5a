package dev.allocator.script.commands;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** What commands print, as text that fits into one line of a message. */
final class Words {

    private static final int LONGEST_QUOTE = 80;
    private static final int LONGEST_LINE = 300;
    private static final int SLIPS = 2;

    private Words() {}

    /**
     * Bytes as text.
     *
     * @throws BadAnswer if they are no UTF-8
     */
    static String text(byte[] bytes) throws BadAnswer {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadAnswer("it is no text in UTF-8", e);
        }
    }

    /** In quotes, on one line, and not too long. */
    static String quote(String text) {
        return "'" + line(text, LONGEST_QUOTE) + "'";
    }

    /** On one line, without what would disturb a terminal, and not too long. */
    static String line(String text) {
        return line(text, LONGEST_LINE);
    }

    private static String line(String text, int longest) {
        String cut = text.length() > longest ? text.substring(0, longest) + "…" : text;
        return cut.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.LINE_SEPARATOR ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** {@code ; did you mean 'x'?}, or nothing if no name known resembles this one. */
    static String suggestion(Collection<String> known, String name) {
        String wanted = plain(name);
        Optional<String> close = known.stream()
                .filter(candidate -> distance(wanted, plain(candidate)) <= SLIPS)
                .findFirst();
        return close.map(candidate -> "; did you mean '" + candidate + "'?").orElse("");
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
