package dev.allocator.core.store;

/** Looks at JSON from outside: the store keeps it as text and never needs what is in it. */
final class JsonText {

    private JsonText() {}

    /**
     * The text, if it has the outline of one JSON object.
     *
     * @throws IllegalArgumentException if it has not
     */
    static String requireObject(String text) {
        if (!isObject(text)) {
            throw new IllegalArgumentException("not one JSON object (" + text.length() + " characters)");
        }
        return text;
    }

    /**
     * The text, if it has the outline of one JSON object and is a single line.
     *
     * @throws IllegalArgumentException if not
     */
    static String requireLine(String text) {
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("not one line of JSON (" + text.length() + " characters)");
        }
        return requireObject(text);
    }

    /**
     * Whether a text is one pair of braces and balanced inside: enough to refuse what is no object at all, and to see
     * that the end of a file is missing.
     */
    static boolean isObject(String text) {
        int length = text.length();
        if (length < 2 || text.charAt(0) != '{' || text.charAt(length - 1) != '}') {
            return false;
        }
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted) {
                i += c == '\\' ? 1 : 0;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
                if (depth == 0) {
                    return i == length - 1;
                }
            }
        }
        return false;
    }
}
