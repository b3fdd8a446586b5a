package dev.allocator.script.hook;

import java.security.SecureRandom;

/** Passwords for machines whose profile names none. */
public final class MadeUpPassword {

    /** Nothing that a shell or a person could misread. */
    private static final String LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static final int LENGTH = 24;

    private MadeUpPassword() {}

    /** A new one, of about 140 bits. */
    public static String next() {
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            password.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return password.toString();
    }
}
