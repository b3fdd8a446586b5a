package dev.allocator.core.profile;

import java.util.regex.Pattern;

/** How networks may be called: providers make names of bridges and files of it. */
public final class NetworkName {

    /** The form, for people. */
    public static final String FORM = "letters, digits, '.', '_' and '-', at most 63, the first a letter or digit";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private NetworkName() {}

    /** Whether a name has that form. */
    public static boolean isValid(String name) {
        return NAME.matcher(name).matches();
    }
}
