package dev.allocator.script.spread;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.core.config.Interpolation;
import dev.allocator.core.config.Problems;
import dev.allocator.core.config.YamlReader;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Kind;
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

/** Every project in projects.txt is read as stands beneath it. */
class SpreadYamlTest {

    /** A file and what is read out of it. */
    record Project(String name, String yaml, List<String> expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    @TempDir
    Path folder;

    static Stream<Project> projects() throws IOException {
        try (InputStream in = SpreadYamlTest.class.getResourceAsStream("projects.txt")) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(all.split("(?m)^=== "))
                    .filter(part -> !part.isBlank())
                    .map(SpreadYamlTest::project);
        }
    }

    private static Project project(String part) {
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
        return new Project(lines.get(0), yaml, expected);
    }

    @ParameterizedTest
    @MethodSource("projects")
    void readsWhatWeNeed(Project project) throws IOException {
        Path file = Files.writeString(folder.resolve("spread.yaml"), project.yaml());

        List<String> read =
                read(file).stream().map(line -> line.replace(file + ":", "")).toList();

        assertThat(read).containsExactlyInAnyOrderElementsOf(project.expected());
        assertThat(read.toString()).as("a password where none belongs").doesNotContain("hunter2");
    }

    @Test
    void itsPlacesAreThoseOfTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve(".spread.yaml"), """
                environment: {P: p}
                reroot: sub
                backends:
                  adhoc:
                    allocate: |
                      x
                    kill-timeout: 1h
                    systems:
                      - a-1:
                          username: u
                          password: $P
                          workers: 3
                """);
        ConfigNode node = node(file);
        ConfigNode provider = new SpreadYaml().providers(node).get("spread-adhoc");
        ConfigNode profile = new SpreadYaml().profiles(node).get("adhoc:a-1");

        assertThat(provider.location()).hasToString(file + ":4:3");
        assertThat(provider.get("directory").orElseThrow().location()).hasToString(file + ":2:9");
        assertThat(provider.get("kill-timeout").orElseThrow().location()).hasToString(file + ":7:19");
        assertThat(profile.location()).hasToString(file + ":9:9");
        assertThat(profile.get("limit").orElseThrow().location()).hasToString(file + ":12:20");
        ConfigNode login = profile.get("login").orElseThrow();
        assertThat(login.get("user").orElseThrow().location()).hasToString(file + ":10:21");
        ConfigNode password = login.get("password").orElseThrow();
        assertThat(password.location()).hasToString(file + ":11:21");
        assertThat(password.source()).as("what messages may quote").isEqualTo("$P");
    }

    @Test
    void isReadOnlyWhereItIsNamed() {
        assertThat(new SpreadYaml().automatic()).isFalse();
        assertThat(new SpreadYaml().fileNames()).containsExactlyInAnyOrder("spread.yaml", ".spread.yaml");
    }

    private static List<String> read(Path file) {
        SpreadYaml source = new SpreadYaml();
        ConfigNode node = node(file);
        List<String> lines = new ArrayList<>();
        try {
            source.providers(node).forEach((name, each) -> lines.add("provider " + name + ": " + text(each)));
            source.profiles(node).forEach((name, each) -> lines.add("profile " + name + ": " + text(each)));
            source.unsupported(node).forEach((name, why) -> lines.add("unsupported " + name + ": " + why));
        } catch (IllegalArgumentException e) {
            e.getMessage().lines().forEach(line -> lines.add("wrong " + line));
        }
        return lines;
    }

    private static ConfigNode node(Path file) {
        Problems problems = new Problems();
        ConfigNode node = YamlReader.read(file, Interpolation.none(), problems).orElseThrow();
        problems.throwIfAny();
        return node;
    }

    private static String text(ConfigNode section) {
        return section.entries().stream()
                .map(entry -> entry.key() + "="
                        + (entry.value().kind() == Kind.SECTION
                                ? "{" + text(entry.value()) + "}"
                                : quoted(entry.value().text())))
                .collect(Collectors.joining(" "));
    }

    private static String quoted(String text) {
        return text.matches("\\S+") ? text : "'" + text.replace("\n", "\\n") + "'";
    }
}
