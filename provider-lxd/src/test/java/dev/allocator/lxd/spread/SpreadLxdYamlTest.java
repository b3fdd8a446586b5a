package dev.allocator.lxd.spread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.core.config.Interpolation;
import dev.allocator.core.config.Problems;
import dev.allocator.core.config.YamlReader;
import dev.allocator.spi.ConfigNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file in files.txt is read as stands beneath it. */
class SpreadLxdYamlTest {

    /** A file and what is read out of it. */
    record Sample(String name, String yaml, List<String> expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    @TempDir
    Path folder;

    static Stream<Sample> samples() throws IOException {
        try (InputStream in = SpreadLxdYamlTest.class.getResourceAsStream("files.txt")) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(all.split("(?m)^=== "))
                    .filter(part -> !part.isBlank())
                    .map(SpreadLxdYamlTest::sample);
        }
    }

    private static Sample sample(String part) {
        List<String> lines = part.lines().toList();
        String yaml = lines.stream()
                .skip(1)
                .filter(line -> !line.startsWith("> "))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
        List<String> expected = lines.stream()
                .filter(line -> line.startsWith("> "))
                .map(line -> line.substring(2))
                .toList();
        return new Sample(lines.get(0), yaml, expected);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void saysWhatItsReferenceWouldDo(Sample sample) throws IOException {
        Path file = Files.writeString(folder.resolve("spread-lxd.yaml"), sample.yaml());

        List<String> read =
                read(file).stream().map(line -> line.replace(file + ":", "")).toList();

        assertThat(read).containsExactlyInAnyOrderElementsOf(sample.expected());
    }

    @Test
    void valuesKeepTheirPlaces() throws IOException {
        Path file = Files.writeString(folder.resolve("spread-lxd.yaml"), """
                system:
                  a-1:
                    image: x
                    resources:
                      mem: 4G
                    setup-steps: s
                setup:
                  s:
                    - "true"
                """);

        ConfigNode profile = new SpreadLxdYaml().profiles(node(file)).get("a-1");

        assertThat(profile.location()).hasToString(file + ":2:3");
        assertThat(profile.get("image").orElseThrow().location()).hasToString(file + ":3:12");
        ConfigNode memory = profile.get("memory").orElseThrow();
        assertThat(memory.location()).hasToString(file + ":5:12");
        assertThat(memory.source()).as("what messages quote").isEqualTo("4G");
        assertThat(profile.get("cpu").orElseThrow().location()).hasToString(file + ":2:3");
        assertThat(profile.get("setup").orElseThrow().items().get(0).location()).hasToString(file + ":9:7");
    }

    @Test
    void theUsersFileIsReadAndMeansNothing() throws IOException {
        SpreadLxdYaml source = new SpreadLxdYaml();
        Path own = folder.resolve(source.userFiles().iterator().next());
        Files.createDirectories(own.getParent());

        for (String text : List.of("", "user-config:\n", "system: {a-1: {image: x}}\n", "system: other\n")) {
            Files.writeString(own, text);
            assertThat(read(own)).as(text).isEmpty();
        }
        Files.writeString(own, "- a list\n");
        assertThat(read(own)).containsExactly("wrong " + own + ":1:1: the file must be a section of keys, not a list");
    }

    @Test
    void isReadWithoutBeingNamed() {
        assertThat(new SpreadLxdYaml().automatic()).isTrue();
        assertThat(new SpreadLxdYaml().fileNames()).containsExactly("spread-lxd.yaml");
    }

    private static List<String> read(Path file) {
        SpreadLxdYaml source = new SpreadLxdYaml();
        ConfigNode node = node(file);
        List<String> lines = new ArrayList<>();
        try {
            assertThat(source.providers(node)).isEmpty();
            source.profiles(node).forEach((name, each) -> lines.add("profile " + name + ": " + text(each)));
            source.unsupported(node).forEach((name, why) -> lines.add("unsupported " + name + ": " + why));
        } catch (IllegalArgumentException e) {
            e.getMessage().lines().forEach(line -> lines.add("wrong " + line));
            assertThatThrownBy(() -> source.unsupported(node)).hasMessage(e.getMessage());
        }
        return lines;
    }

    private static ConfigNode node(Path file) {
        Problems problems = new Problems();
        ConfigNode node = YamlReader.read(file, Interpolation.none(), problems).orElseThrow();
        problems.throwIfAny();
        return node;
    }

    private static String text(ConfigNode node) {
        return node.entries().stream()
                .map(entry -> entry.key() + "=" + value(entry.value()))
                .collect(Collectors.joining(" "));
    }

    private static String value(ConfigNode node) {
        return switch (node.kind()) {
            case SECTION -> "{" + text(node) + "}";
            case LIST -> node.items().stream().map(SpreadLxdYamlTest::value).collect(Collectors.joining(" ", "[", "]"));
            case SCALAR ->
                node.text().matches("\\S+") ? node.text() : "'" + node.text().replace("\n", "\\n") + "'";
        };
    }
}
