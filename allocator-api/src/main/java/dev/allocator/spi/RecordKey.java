package dev.allocator.spi;

import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Names a record.
 *
 * @param kind such as {@code lease}: 1 to 32 lower-case letters and dashes
 * @param name 1 to 200 letters, digits and {@code . _ : -}, neither {@code .} nor {@code ..}
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record RecordKey(String kind, String name) implements Comparable<RecordKey> {

    private static final Pattern KIND = Pattern.compile("[a-z][a-z-]{0,31}");
    private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._:-]{1,200}");

    /** @throws IllegalArgumentException if either has another form */
    public RecordKey {
        if (!KIND.matcher(kind).matches() || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a record key: '" + kind + "/" + name + "'");
        }
    }

    @Override
    public int compareTo(RecordKey other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : name.compareTo(other.name);
    }

    /** {@code kind/name}. */
    @Override
    public String toString() {
        return kind + "/" + name;
    }
}
