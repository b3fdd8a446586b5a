package dev.allocator;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The one written form of durations, in configuration files, command lines and messages. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class Durations {

    private static final Pattern FORM = Pattern.compile(
            "(?:([0-9]{1,6})d)?(?:([0-9]{1,7})h)?(?:([0-9]{1,8})m)?(?:([0-9]{1,9})s)?(?:([0-9]{1,12})ms)?");

    private Durations() {}

    /**
     * Reads a duration: numbers with {@code d h m s ms}, the largest unit first.
     *
     * @param text such as {@code 90s}, {@code 1m30s}, {@code 2h}, {@code 250ms}
     * @throws IllegalArgumentException if that is no duration
     */
    public static Duration parse(String text) {
        String stripped = text.strip();
        Matcher matcher = FORM.matcher(stripped);
        if (stripped.isEmpty() || !matcher.matches()) {
            throw new IllegalArgumentException(
                    "not a duration: '" + text + "' (expected numbers with d, h, m, s or ms, such as 1m30s)");
        }
        return Duration.ofDays(number(matcher, 1))
                .plusHours(number(matcher, 2))
                .plusMinutes(number(matcher, 3))
                .plusSeconds(number(matcher, 4))
                .plusMillis(number(matcher, 5));
    }

    private static long number(Matcher matcher, int group) {
        String digits = matcher.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** Writes a duration so that {@link #parse} reads it back to the millisecond, such as {@code 1m30s}. */
    public static String format(Duration duration) {
        if (duration.isNegative()) {
            return "-" + format(duration.negated());
        }
        StringBuilder text = new StringBuilder();
        append(text, duration.toDaysPart(), "d");
        append(text, duration.toHoursPart(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.length() == 0 ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount != 0) {
            text.append(amount).append(unit);
        }
    }
}
