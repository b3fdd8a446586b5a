package dev.allocator.script.spread;

import dev.allocator.DataSize;
import dev.allocator.spi.ConfigNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads times, sizes and numbers in the forms that spread accepts. */
final class Quantities {

    /** What spread takes for no limit at all. */
    static final Duration LONGEST = Duration.ofDays(365);

    private static final BigDecimal SECOND = BigDecimal.valueOf(1_000_000_000);

    /** The units of Go's time.ParseDuration in nanoseconds. */
    private static final Map<String, BigDecimal> UNITS = Map.of(
            "ns", BigDecimal.ONE,
            "us", BigDecimal.valueOf(1_000),
            "µs", BigDecimal.valueOf(1_000),
            "μs", BigDecimal.valueOf(1_000),
            "ms", BigDecimal.valueOf(1_000_000),
            "s", SECOND,
            "m", SECOND.multiply(BigDecimal.valueOf(60)),
            "h", SECOND.multiply(BigDecimal.valueOf(3600)));

    private static final String AMOUNT = "([0-9]{1,19}(?:\\.[0-9]{0,19})?|\\.[0-9]{1,19})(ns|us|µs|μs|ms|s|m|h)";
    private static final Pattern PART = Pattern.compile(AMOUNT);
    private static final Pattern TIME = Pattern.compile("([+-]?)(0|(?:" + AMOUNT + ")+)");
    private static final Pattern SIZE = Pattern.compile("([+-]?)([0-9]{1,15})([GMKB])");
    private static final Pattern NUMBER = Pattern.compile("\\+?[0-9]{1,9}");

    private final Mistakes mistakes;

    Quantities(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /** A time above zero; nothing for none and for 0, which is spread's default. {@code -1ns} is {@link #LONGEST}. */
    Optional<Duration> time(ConfigNode section, String key) {
        Optional<ConfigNode> written = mistakes.text(section, key);
        if (written.isEmpty()) {
            return Optional.empty();
        }
        String text = written.get().text().strip();
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            wrong(written.get(), key, "look like 10s, 15m or 1.5h");
            return Optional.empty();
        }
        BigDecimal nanos = BigDecimal.ZERO;
        for (Matcher part = PART.matcher(text); part.find(); ) {
            nanos = nanos.add(new BigDecimal("0" + part.group(1)).multiply(unit(part.group(2))));
        }
        if (nanos.signum() == 0) {
            return Optional.empty();
        }
        if (matcher.group(1).equals("-") && nanos.compareTo(BigDecimal.ONE) != 0) {
            wrong(written.get(), key, "not be negative");
            return Optional.empty();
        }
        if (matcher.group(1).equals("-") || nanos.compareTo(new BigDecimal(LONGEST.toNanos())) > 0) {
            return Optional.of(LONGEST);
        }
        // Our times count in milliseconds.
        return Optional.of(Duration.ofMillis(
                nanos.movePointLeft(6).setScale(0, RoundingMode.CEILING).longValueExact()));
    }

    private static BigDecimal unit(String name) {
        return UNITS.getOrDefault(name, BigDecimal.ZERO);
    }

    /** A size; nothing for none and for what counts as none in spread. */
    Optional<DataSize> size(ConfigNode section, String key) {
        Optional<ConfigNode> written = mistakes.text(section, key);
        if (written.isEmpty() || written.get().text().equals("preserve-size")) {
            return Optional.empty();
        }
        Matcher matcher = SIZE.matcher(written.get().text());
        if (!matcher.matches()) {
            wrong(written.get(), key, "be a whole number with one of the units B, K, M and G");
            return Optional.empty();
        }
        DataSize size = size(matcher.group(2) + matcher.group(3), written.get(), key);
        return Optional.of(size)
                .filter(any -> any.bytes() > 0 && !matcher.group(1).equals("-"));
    }

    private DataSize size(String text, ConfigNode written, String key) {
        try {
            return DataSize.parse(text);
        } catch (IllegalArgumentException e) {
            wrong(written, key, "be a size that can be");
            return new DataSize(0);
        }
    }

    /** A whole number from 0. */
    Optional<Integer> number(ConfigNode section, String key) {
        Optional<ConfigNode> written = mistakes.text(section, key);
        if (written.isPresent() && !NUMBER.matcher(written.get().text()).matches()) {
            wrong(written.get(), key, "be a whole number from 0");
            return Optional.empty();
        }
        return written.map(node -> Integer.parseInt(node.text()));
    }

    private void wrong(ConfigNode written, String key, String expected) {
        mistakes.add(
                written.location(), "'" + key + "' must " + expected + ", not " + Mistakes.quote(written.source()));
    }
}
