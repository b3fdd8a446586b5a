package dev.allocator.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Location;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Settings as records keep them. */
class SettingsJsonTest {

    private static final Location HERE = new Location("test", 1, 1);

    private static final SettingsSchema SCHEMA = SettingsSchema.empty()
            .optional("cleanup", Kind.STRING, "a line")
            .optional("token", Kind.SECRET, "a secret")
            .optionalSections(
                    "hosts",
                    SettingsSchema.empty()
                            .optional("address", Kind.STRING, "where it is")
                            .optional("password", Kind.SECRET, "a secret")
                            .optionalSections(
                                    "users", SettingsSchema.empty().optional("key", Kind.SECRET, "a secret"), "who"),
                    "the hosts by name");

    private static ConfigNode scalar(String text) {
        return ConfigNode.scalar(HERE, text);
    }

    private static ConfigNode section(Object... keysAndValues) {
        List<ConfigNode.Entry> entries = new ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            entries.add(new ConfigNode.Entry((String) keysAndValues[i], HERE, (ConfigNode) keysAndValues[i + 1]));
        }
        return ConfigNode.section(HERE, entries);
    }

    @Test
    void secretsOfNamedSectionsAreLeftOut() {
        ConfigNode settings = section(
                "cleanup", scalar("true"),
                "token", scalar("canary"),
                "hosts",
                        section(
                                "a",
                                        section(
                                                "address", scalar("10.0.0.1"),
                                                "password", scalar("canary"),
                                                "users", section("root", section("key", scalar("canary")))),
                                "password", section("address", scalar("10.0.0.2"))));

        assertThat(SettingsJson.write(SettingsJson.withoutSecrets(settings, SCHEMA)))
                .hasToString(
                        "{\"cleanup\":\"true\",\"hosts\":{\"a\":{\"address\":\"10.0.0.1\",\"users\":{\"root\":{}}},"
                                + "\"password\":{\"address\":\"10.0.0.2\"}}}");
    }

    @Test
    void whatIsNoSectionStaysWhatItIs() {
        ConfigNode settings = section("hosts", scalar(""), "unknown", scalar("kept"));
        assertThat(SettingsJson.write(SettingsJson.withoutSecrets(settings, SCHEMA)))
                .isEqualTo(SettingsJson.write(settings));
        ConfigNode odd = section("hosts", section("a", scalar("text")));
        assertThat(SettingsJson.write(SettingsJson.withoutSecrets(odd, SCHEMA))).isEqualTo(SettingsJson.write(odd));
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        ConfigNode settings = section(
                "a", scalar("1.10"), "b", ConfigNode.list(HERE, List.of(scalar("x"), section())), "c", section());
        assertThat(SettingsJson.write(SettingsJson.read(SettingsJson.write(settings), HERE)))
                .isEqualTo(SettingsJson.write(settings));
    }
}
