package dev.allocator.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.ConfigNode.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {

    @TempDir
    Path folder;

    private final Problems problems = new Problems();

    @ParameterizedTest
    @ValueSource(
            strings = {"1.10", "on", "0o17", "1e3", "yes", "0x1F", "1_000", "2001-12-14", "12:30:45", ".inf", "010"})
    void scalarsStayText(String text) {
        ConfigNode node = read("a: " + text + "\n").get("a").orElseThrow();

        assertThat(node.text()).isEqualTo(text);
        assertThat(node.isNull()).isFalse();
    }

    @Test
    void onlyAnUnquotedTildeNullOrNothingIsNothing() {
        ConfigNode root = read("a: ~\nb: null\nc:\nd: '~'\ne: \"\"\nf: 'null'\ng: Null\n");

        assertThat(root.entries())
                .filteredOn(entry -> entry.value().isNull())
                .extracting(Entry::key)
                .containsExactly("a", "b", "c");
    }

    @Test
    void knowsWhereKeysAndValuesAreByCharacters() {
        ConfigNode root = read("# über 😀\näö: {😀b: [x,  ß, y]}\n");

        Entry outer = root.entries().get(0);
        Entry inner = outer.value().entries().get(0);
        assertThat(outer.location()).hasToString(file() + ":2:1");
        assertThat(outer.value().location()).hasToString(file() + ":2:5");
        assertThat(inner.location()).hasToString(file() + ":2:6");
        assertThat(inner.value().items())
                .extracting(item -> item.location().column())
                .containsExactly(11, 15, 18);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# only a comment\n", "---\n", "--- ~\n...\n", "\n\n", "\uFEFF", "\uFEFF# x\n"})
    void anEmptyFileIsAnEmptySection(String text) {
        ConfigNode root = read(text);

        assertThat(root.kind()).isEqualTo(Kind.SECTION);
        assertThat(root.entries()).isEmpty();
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void linesEndInOneOfThreeWays() {
        ConfigNode root = read("\uFEFFa: 1\r\nb: 2\nc: x\r\n");

        assertThat(root.entries())
                .extracting(entry -> entry.location().toString() + entry.value().text())
                .containsExactly(file() + ":1:11", file() + ":2:12", file() + ":3:1x");
    }

    @Test
    void anAliasIsWhereItsAnchorIs() {
        ConfigNode root = read("a: &x {k: v}\nb: *x\nc: [*x, *x]\n");

        assertThat(root.get("b").orElseThrow()).isSameAs(root.get("a").orElseThrow());
        assertThat(root.get("c").orElseThrow().items()).hasSize(2);
        assertThat(root.get("b").orElseThrow().entries().get(0).location()).hasToString(file() + ":1:8");
    }

    @Test
    void anAnchorMayBeGivenAgain() {
        ConfigNode root = read("a: &x 1\nb: *x\nc: &x 2\nd: *x\n");

        assertThat(root.entries()).extracting(entry -> entry.value().text()).containsExactly("1", "1", "2", "2");
    }

    @Test
    void ownKeysWinOverMergedOnesWhereverTheyStand() {
        ConfigNode root = read("""
                base: &base {a: base, b: base, c: base}
                first: {a: own, <<: *base, b: own}
                """);

        assertThat(texts(root.get("first").orElseThrow())).isEqualTo(Map.of("a", "own", "b", "own", "c", "base"));
        assertThat(root.get("first").orElseThrow().entries())
                .extracting(Entry::key)
                .containsExactly("a", "c", "b");
    }

    @Test
    void theEarlierOfSeveralMergedWins() {
        ConfigNode root = read("""
                one: &one {a: one, b: one}
                two: &two {b: two, c: two}
                both: {<<: [*one, *two, {d: inline}]}
                """);

        assertThat(texts(root.get("both").orElseThrow()))
                .isEqualTo(Map.of("a", "one", "b", "one", "c", "two", "d", "inline"));
    }

    @Test
    void mergesAreMergedThroughAndAreNotDeep() {
        ConfigNode root = read("""
                one: &one {a: one, deep: {x: 1}}
                two: &two {<<: *one, b: two}
                three: {<<: *two, deep: {y: 2}}
                """);

        ConfigNode three = root.get("three").orElseThrow();
        assertThat(three.entries()).extracting(Entry::key).containsExactlyInAnyOrder("a", "b", "deep");
        assertThat(texts(three.get("deep").orElseThrow())).isEqualTo(Map.of("y", "2"));
        assertThat(three.entries().get(0).location()).hasToString(file() + ":1:12");
    }

    @Test
    void aQuotedMergeKeyIsAKey() {
        ConfigNode root = read("a: {'<<': x}\n");

        assertThat(texts(root.get("a").orElseThrow())).isEqualTo(Map.of("<<", "x"));
    }

    @Test
    void mergingNothingIsNothing() {
        assertThat(texts(read("a: {<<: , b: c}\n").get("a").orElseThrow())).isEqualTo(Map.of("b", "c"));
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void aBillionLaughsAreRefusedAtOnce() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i < 10; i++) {
            bomb.append("a" + i + ": &a" + i + " [");
            bomb.append(("*a" + (i - 1) + ",").repeat(9)).append("]\n");
        }

        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> readWrong(bomb.toString()));

        assertThat(problems.toList())
                .containsExactly(file() + ":6:10: the aliases up to here expand to more than 100000 values");
    }

    @Test
    void mergedBombsAreRefusedToo() {
        StringBuilder bomb = new StringBuilder("a0: &a0 {k: lol}\n");
        for (int i = 1; i < 40; i++) {
            bomb.append(
                    "a" + i + ": &a" + i + " {x: *a" + (i - 1) + ", <<: *a" + (i - 1) + ", y: *a" + (i - 1) + "}\n");
        }

        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> readWrong(bomb.toString()));

        assertThat(problems.toList()).singleElement().asString().contains("expand to more than 100000 values");
    }

    @Test
    void aliasesCannotNestDeeperThanBrackets() {
        StringBuilder chain = new StringBuilder("a0: &a0 x\n");
        for (int i = 1; i < 60; i++) {
            chain.append("a" + i + ": &a" + i + " [*a" + (i - 1) + "]\n");
        }

        readWrong(chain.toString());

        assertThat(problems.toList())
                .containsExactly(file() + ":50:12: with the alias *a48 nested deeper than 50 levels");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- "})
    void deepNestingIsRefused(String opening) {
        readWrong(opening.repeat(100_000));

        assertThat(problems.toList()).singleElement().asString().contains("nested deeper than 50 levels");
    }

    @Test
    void severalSelfReferencesAreAllReported() {
        read("a: &a {x: *a}\nb: &b [*b, &c {y: *c, z: *b}]\nc: {<<: *a}\n");

        assertThat(problems.toList())
                .containsExactly(
                        file() + ":1:11: the alias *a contains itself",
                        file() + ":2:8: the alias *b contains itself",
                        file() + ":2:19: the alias *c contains itself",
                        file() + ":2:26: the alias *b contains itself");
    }

    @Test
    void aHugeFileIsRefused() throws IOException {
        Files.writeString(file(), "# " + "x".repeat(1 << 20));

        assertThat(YamlReader.read(file(), Interpolation.none(), problems)).isEmpty();

        assertThat(problems.toList()).containsExactly(file() + ": cannot read the file: it is larger than 1 MiB");
    }

    @Test
    void bytesThatAreNoUtf8AreLocated() throws IOException {
        byte[] latin = "a: ü\nb: caf\u00e9\n".getBytes(StandardCharsets.UTF_8);
        latin[latin.length - 3] = (byte) 0xE9;
        Files.write(file(), latin);

        assertThat(YamlReader.read(file(), Interpolation.none(), problems)).isEmpty();

        assertThat(problems.toList()).containsExactly(file() + ":2:7: the file is not UTF-8 text (byte 0xE9 here)");
    }

    @Test
    void aTextThatEndsWithinACharacterIsLocated() throws IOException {
        Files.write(file(), new byte[] {'a', ':', ' ', (byte) 0xC3});

        assertThat(YamlReader.read(file(), Interpolation.none(), problems)).isEmpty();

        assertThat(problems.toList()).containsExactly(file() + ":1:4: the file is not UTF-8 text (byte 0xC3 here)");
    }

    @Test
    void utf16IsRefused() throws IOException {
        Files.write(file(), "a: b".getBytes(StandardCharsets.UTF_16));

        assertThat(YamlReader.read(file(), Interpolation.none(), problems)).isEmpty();

        assertThat(problems.toList()).containsExactly(file() + ":1:1: the file is not UTF-8 text (byte 0xFE here)");
    }

    @Test
    void controlCharactersAreLocated() {
        readWrong("a: 1\nb: x\u0007y\n");

        assertThat(problems.toList()).containsExactly(file() + ":2:5: the character U+0007 is not allowed in YAML");
    }

    @Test
    void aMissingFileAndAFolderAreSaidToBe() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("d.yaml"));
        YamlReader.read(folder.resolve("none.yaml"), Interpolation.none(), problems);
        YamlReader.read(directory, Interpolation.none(), problems);

        assertThat(problems.toList())
                .containsExactly(
                        directory + ": cannot read the file: it is not a regular file",
                        folder.resolve("none.yaml") + ": cannot read the file: it does not exist");
    }

    @Test
    void theReasonForASyntaxErrorShowsNoneOfTheText() {
        readWrong("password: \"canary\\q\"\n");
        readWrong("password: canary: x\n");
        readWrong("password: [canary\n");
        readWrong("password: %canary\n  - x\n y\n");
        readWrong("password: @canary\n");

        assertThat(problems.toList()).hasSize(5).noneMatch(problem -> problem.contains("canary"));
    }

    private Path file() {
        return folder.resolve("f.yaml");
    }

    private ConfigNode read(String text) {
        try {
            Files.writeString(file(), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return YamlReader.read(file(), Interpolation.none(), problems).orElseThrow();
    }

    private void readWrong(String text) {
        try {
            Files.writeString(file(), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(YamlReader.read(file(), Interpolation.none(), problems)).isEmpty();
    }

    private static Map<String, String> texts(ConfigNode section) {
        return section.entries().stream()
                .collect(Collectors.toMap(Entry::key, entry -> entry.value().text()));
    }
}
