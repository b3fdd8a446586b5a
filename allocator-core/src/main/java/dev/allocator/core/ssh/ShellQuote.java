package dev.allocator.core.ssh;

/** Words for a POSIX shell. */
public final class ShellQuote {

    private ShellQuote() {}

    /** A word that any POSIX shell reads as exactly this text, which has no NUL character. */
    public static String word(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
