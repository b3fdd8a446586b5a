package dev.allocator.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port in a machine, and the one here that leads to it.
 *
 * @param local 0: any that is free
 * @param guest 1 to 65535
 */
record PortPair(int local, int guest) {

    private static final Pattern FORM = Pattern.compile("(?:([0-9]{1,5}):)?([0-9]{1,5})");
    private static final int MOST = 65_535;

    /** @throws IllegalArgumentException if that is not {@code [LOCAL:]PORT}; for people */
    static PortPair parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            int local = matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1));
            int guest = Integer.parseInt(matcher.group(2));
            if (guest > 0 && guest <= MOST && local <= MOST) {
                return new PortPair(local, guest);
            }
        }
        throw new IllegalArgumentException(
                "'" + Failures.squeeze(text) + "' is not [LOCAL:]PORT, each a number from 1 to 65535");
    }
}
