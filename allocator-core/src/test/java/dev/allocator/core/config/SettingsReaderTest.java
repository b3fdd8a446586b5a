package dev.allocator.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.ConfigurationException;
import dev.allocator.DataSize;
import dev.allocator.Secret;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Location;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {

    private static final SettingsSchema SCHEMA = SettingsSchema.empty()
            .optional("text", Kind.STRING, "a text")
            .optional("pin", Kind.SECRET, "a secret")
            .optional("mode", Kind.SECRET, "a secret of two")
            .values("canary-a", "canary-b")
            .optional("flag", Kind.BOOLEAN, "a flag")
            .optional("count", Kind.INTEGER, "a number")
            .optional("size", Kind.SIZE, "a size")
            .optional("wait", Kind.DURATION, "a duration")
            .optional("list", Kind.LIST, "a list")
            .optional("kinds", Kind.LIST, "a list of some")
            .values("red", "green")
            .optional("map", Kind.MAP, "a map")
            .optionalSection(
                    "inner",
                    SettingsSchema.empty()
                            .required("name", Kind.STRING, "its name")
                            .optional("pin", Kind.SECRET, "a secret")
                            .optionalSection(
                                    "deeper", SettingsSchema.empty().optional("n", Kind.INTEGER, "a number"), "more"),
                    "a section");

    @TempDir
    Path folder;

    @Test
    void readsEveryKind() throws IOException {
        CheckedSettings settings = read("""
                text: 1.10
                pin: p
                flag: on
                count: -17
                size: 1.5G
                wait: 1m30s
                list: [a, 1.10, on]
                map: {a: 1, b: ~, c: ''}
                inner: {name: ~x, deeper: {n: 7}}
                """);

        assertThat(settings.string("text")).contains("1.10");
        assertThat(settings.secret("pin")).contains(Secret.of("p"));
        assertThat(settings.bool("flag")).contains(true);
        assertThat(settings.integer("count")).contains(-17L);
        assertThat(settings.size("size")).contains(DataSize.ofMebibytes(1536));
        assertThat(settings.duration("wait")).contains(Duration.ofSeconds(90));
        assertThat(settings.list("list")).containsExactly("a", "1.10", "on");
        assertThat(settings.map("map")).isEqualTo(Map.of("a", "1", "b", "", "c", ""));
        assertThat(settings.section("inner").orElseThrow().string("name")).contains("~x");
        assertThat(settings.section("inner")
                        .orElseThrow()
                        .section("deeper")
                        .orElseThrow()
                        .integer("n"))
                .contains(7L);
    }

    @Test
    void whatIsMissingOrNothingIsEmpty() throws IOException {
        CheckedSettings settings = read("text:\ncount: ~\nlist:\n");

        assertThat(settings.string("text")).isEmpty();
        assertThat(settings.integer("count")).isEmpty();
        assertThat(settings.list("list")).isEmpty();
        assertThat(settings.map("map")).isEmpty();
        assertThat(settings.section("inner")).isEmpty();
        assertThat(settings.withoutSecrets()).isEmpty();
    }

    @Test
    void aSingleTextIsAListOfOne() throws IOException {
        assertThat(read("list: a b\n").list("list")).containsExactly("a b");
        assertThat(read("list: []\n").list("list")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true,true", "True,true", "YES,true", "on,true", "false,false", "no,false", "Off,false"})
    void booleansHaveSixWords(String text, boolean expected) throws IOException {
        assertThat(read("flag: " + text + "\n").bool("flag")).contains(expected);
    }

    @Test
    void knowsWhereValuesWere() throws IOException {
        CheckedSettings settings = read("text: x\ninner:\n  name: y\n");

        assertThat(settings.location("text")).hasToString(folder.resolve("f.yaml") + ":1:7");
        assertThat(settings.section("inner").orElseThrow().location("name"))
                .hasToString(folder.resolve("f.yaml") + ":3:9");
        assertThat(settings.location("size")).hasToString("here");
    }

    @Test
    void askingForWhatTheSchemaLacksIsAMistakeOfTheProgram() throws IOException {
        CheckedSettings settings = read("text: x\n");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.string("txt"))
                .withMessage("'test' has no key 'txt'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.integer("text"))
                .withMessage("'test': 'text' is a STRING");
    }

    @Test
    void secretsAreNeverShown() throws IOException {
        CheckedSettings settings = read("pin: canary\ninner: {name: n, pin: canary}\n");

        assertThat(settings.toString()).isEqualTo("'test' [pin, inner]");
        assertThat(settings.withoutSecrets()).isEqualTo(Map.of("inner", Map.of("name", "n")));
        assertThatThrownBy(() -> read("mode: canary-c\npin: [canary]\ninner: {pin: {canary: 1}}\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("""
                        FILE:1:7: 'mode' must be canary-a, canary-b, not this
                        FILE:2:6: 'pin' must be a text, not a list
                        FILE:3:1: 'inner' needs 'name': its name
                        FILE:3:14: 'pin' must be a text, not a section""".replace("canary-a, canary-b", "canary-a or canary-b")
                        .replace("FILE", folder.resolve("f.yaml").toString()));
    }

    @Test
    void itemsOfAListAreRestrictedEach() {
        assertThatThrownBy(() -> read("kinds: [red, gren, blue]\n"))
                .hasMessage("""
                        FILE:1:14: 'kinds' must be red or green, not 'gren'; did you mean 'green'?
                        FILE:1:20: 'kinds' must be red or green, not 'blue'""".replace("FILE", folder.resolve("f.yaml").toString()));
    }

    @Test
    void longAndManyLinedTextsAreShortenedInMessages() {
        assertThatThrownBy(() -> read("count: " + "9".repeat(100) + "\nsize: |\n  one\n  two\n"))
                .hasMessage("""
                        FILE:1:8: 'count' must be a whole number, not 'NINES…'
                        FILE:2:7: 'size' must be a size such as 4GiB, not 'one…'""".replace("NINES", "9".repeat(60))
                        .replace("FILE", folder.resolve("f.yaml").toString()));
    }

    @Test
    void tooLargeSizesAndDurationsAreNoCrash() {
        assertThatThrownBy(() -> read("size: 99999999999999TiB\nwait: 99999999999999d\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'size' must be a size")
                .hasMessageContaining("'wait' must be a duration");
    }

    @Test
    void theFirstSchemaThatHasAKeyDescribesIt() {
        Problems problems = new Problems();
        Location here = new Location("here", 0, 0);
        ConfigNode empty = ConfigNode.section(here, List.of());

        new SettingsReader(problems, false)
                .read(
                        new SettingsReader.Section("'x'", here, empty),
                        List.of(),
                        List.of(
                                SettingsSchema.empty().required("image", Kind.STRING, "first"),
                                SettingsSchema.empty().optional("image", Kind.STRING, "second")));

        assertThat(problems.toList()).containsExactly("here: 'x' needs 'image': first");
    }

    private CheckedSettings read(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("f.yaml"), yaml);
        Problems problems = new Problems();
        ConfigNode node = YamlReader.read(file, Interpolation.none(), problems).orElseThrow();
        problems.throwIfAny();
        return SettingsReader.read(new SettingsReader.Section("'test'", new Location("here", 0, 0), node), SCHEMA);
    }
}
