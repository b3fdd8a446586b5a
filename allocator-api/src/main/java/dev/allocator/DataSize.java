package dev.allocator;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * An amount of memory or disk.
 *
 * @param bytes 0 or more
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record DataSize(long bytes) implements Comparable<DataSize> {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,15})(?:\\.([0-9]{1,3}))?\\s*([A-Za-z]*)");

    /** @throws IllegalArgumentException if negative */
    public DataSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size cannot be negative: " + bytes);
        }
    }

    /** That many MiB (1024 × 1024 bytes). */
    public static DataSize ofMebibytes(long mebibytes) {
        return new DataSize(Math.multiplyExact(mebibytes, 1L << 20));
    }

    /** That many GiB (1024 × 1024 × 1024 bytes). */
    public static DataSize ofGibibytes(long gibibytes) {
        return new DataSize(Math.multiplyExact(gibibytes, 1L << 30));
    }

    /**
     * Reads a size: a number and a unit. {@code KiB MiB GiB TiB} and the short {@code K M G T} count in 1024s,
     * {@code KB MB GB TB} in 1000s, {@code B} or none in bytes; upper or lower case.
     *
     * @param text such as {@code 4GiB}, {@code 4096MiB}, {@code 1.5G}
     * @throws IllegalArgumentException if that is no size
     */
    public static DataSize parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw notASize(text);
        }
        long unit = unit(matcher.group(3), text);
        try {
            long bytes = Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
            String fraction = matcher.group(2);
            if (fraction != null) {
                long scale = (long) Math.pow(10, fraction.length());
                bytes = Math.addExact(bytes, Math.multiplyExact(Long.parseLong(fraction), unit) / scale);
            }
            return new DataSize(bytes);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("size too large: '" + text + "'", e);
        }
    }

    private static long unit(String unit, String text) {
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "", "b" -> 1L;
            case "k", "kib" -> 1L << 10;
            case "m", "mib" -> 1L << 20;
            case "g", "gib" -> 1L << 30;
            case "t", "tib" -> 1L << 40;
            case "kb" -> 1_000L;
            case "mb" -> 1_000_000L;
            case "gb" -> 1_000_000_000L;
            case "tb" -> 1_000_000_000_000L;
            default -> throw notASize(text);
        };
    }

    private static IllegalArgumentException notASize(String text) {
        return new IllegalArgumentException("not a size: '" + text + "' (expected a number and a unit, such as 4GiB)");
    }

    /** The whole MiB in this size, rounded down. */
    public long toMebibytes() {
        return bytes >> 20;
    }

    @Override
    public int compareTo(DataSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The shortest exact form, such as {@code 4GiB}, which {@link #parse} reads back. */
    @Override
    public String toString() {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        long value = bytes;
        int unit = 0;
        while (unit < units.length - 1 && value != 0 && value % 1024 == 0) {
            value /= 1024;
            unit++;
        }
        return value + units[unit];
    }
}
