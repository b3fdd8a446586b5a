package dev.allocator.cli;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps, lists, text, numbers and booleans as JSON (RFC 8259): too little to start a library for. */
final class Json {

    private Json() {}

    static String write(@Nullable Object value) {
        StringBuilder text = new StringBuilder();
        append(text, value);
        return text.toString();
    }

    private static void append(StringBuilder text, @Nullable Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else if (value instanceof Map<?, ?> map) {
            appendObject(text, map);
        } else if (value instanceof Collection<?> values) {
            appendArray(text, values);
        } else {
            appendString(text, value.toString());
        }
    }

    private static void appendObject(StringBuilder text, Map<?, ?> map) {
        text.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(separator);
            appendString(text, String.valueOf(entry.getKey()));
            text.append(':');
            append(text, entry.getValue());
            separator = ",";
        }
        text.append('}');
    }

    private static void appendArray(StringBuilder text, Collection<?> values) {
        text.append('[');
        for (Iterator<?> each = values.iterator(); each.hasNext(); ) {
            append(text, each.next());
            text.append(each.hasNext() ? "," : "");
        }
        text.append(']');
    }

    private static void appendString(StringBuilder text, String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f || Character.isSurrogate(c)) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
