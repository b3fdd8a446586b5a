package dev.allocator.script.spread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.allocator.DataSize;
import dev.allocator.Durations;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.Location;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times as Go's time.ParseDuration reads them, sizes as spread does. */
class QuantitiesTest {

    private final Mistakes mistakes = new Mistakes();
    private final Quantities quantities = new Quantities(mistakes);

    @ParameterizedTest
    @CsvSource({
        "30m, 30m",
        "1h, 1h",
        "1.5h, 1h30m",
        "1h30m, 1h30m",
        "30m1h, 1h30m",
        "' 10s ', 10s",
        "+10s, 10s",
        ".5m, 30s",
        "1.m, 1m",
        "100ms, 100ms",
        "1us, 1ms",
        "1500µs, 2ms",
        "1ns, 1ms",
        "90000s, 1d1h",
        "8760h, 365d",
        "999999h, 365d",
        "-1ns, 365d"
    })
    void readsTimes(String written, String ours) {
        assertThat(quantities.time(section(written), "key").map(Durations::format))
                .contains(ours);
        assertThatCode(mistakes::throwIfAny).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0s", "-0", "+0h", "0h0m"})
    void zeroIsTheDefault(String written) {
        assertThat(quantities.time(section(written), "key")).isEmpty();
        assertThatCode(mistakes::throwIfAny).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "-1", "1d", "1h 30m", "1,5h", "h", ".h", "1hm", "0x10s", "ten", "-30m", "1H"})
    void refusesOtherTimes(String written) {
        assertThat(quantities.time(section(written), "key")).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(mistakes::throwIfAny)
                .withMessageStartingWith("f:1:2: 'key' must ")
                .withMessageEndingWith(", not '" + written + "'");
    }

    @ParameterizedTest
    @CsvSource({"1500M, 1500MiB", "2G, 2GiB", "512K, 512KiB", "1073741824B, 1GiB", "+1G, 1GiB"})
    void readsSizes(String written, String ours) {
        assertThat(quantities.size(section(written), "key")).contains(DataSize.parse(ours));
        assertThatCode(mistakes::throwIfAny).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"preserve-size", "0B", "-1G"})
    void sizesThatCountAsNone(String written) {
        assertThat(quantities.size(section(written), "key")).isEmpty();
        assertThatCode(mistakes::throwIfAny).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1500", "2GiB", "2g", "1.5G", "G", "2 G", "999999999999999G"})
    void refusesOtherSizes(String written) {
        assertThat(quantities.size(section(written), "key")).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(mistakes::throwIfAny)
                .withMessageStartingWith("f:1:2: 'key' must be ");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "3, 3", "+2, 2", "007, 7"})
    void readsNumbers(String written, int number) {
        assertThat(quantities.number(section(written), "key")).isEqualTo(Optional.of(number));
        assertThatCode(mistakes::throwIfAny).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.0", "two", "99999999999"})
    void refusesOtherNumbers(String written) {
        assertThat(quantities.number(section(written), "key")).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(mistakes::throwIfAny)
                .withMessage("f:1:2: 'key' must be a whole number from 0, not '" + written + "'");
    }

    private static ConfigNode section(String text) {
        Location at = new Location("f", 1, 2);
        return ConfigNode.section(at, List.of(new Entry("key", at, ConfigNode.scalar(at, text))));
    }
}
