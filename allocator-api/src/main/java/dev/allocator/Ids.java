package dev.allocator;

import java.util.regex.Pattern;

/** The form that all ids share. */
final class Ids {

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private Ids() {}

    static void requireUuid(String value, String what) {
        if (!UUID.matcher(value).matches()) {
            throw new IllegalArgumentException("not a " + what + " id: '" + value + "' (expected a lower-case UUID)");
        }
    }
}
