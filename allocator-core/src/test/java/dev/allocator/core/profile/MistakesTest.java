package dev.allocator.core.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.allocator.AllocatorOptions;
import dev.allocator.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every mistake in mistakes.txt yields exactly the messages that stand beneath it. */
class MistakesTest {

    /** A file and what is said about it. */
    record Mistake(String name, String yaml, List<String> messages) {
        @Override
        public String toString() {
            return name;
        }
    }

    @TempDir
    Path folder;

    static Stream<Mistake> mistakes() throws IOException {
        try (InputStream in = MistakesTest.class.getResourceAsStream("mistakes.txt")) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(all.split("(?m)^=== "))
                    .filter(part -> !part.isBlank())
                    .map(MistakesTest::mistake);
        }
    }

    private static Mistake mistake(String part) {
        String name = part.lines().findFirst().orElseThrow();
        String rest = part.substring(name.length() + 1);
        List<String> messages = rest.lines()
                .filter(line -> line.startsWith("> "))
                .map(line -> line.substring(2))
                .toList();
        int end = rest.indexOf("\n> ");
        return new Mistake(name, end < 0 ? rest : rest.substring(0, end + 1), messages);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysExactlyWhatIsWrongAndWhere(Mistake mistake) throws IOException {
        Path file = Files.writeString(folder.resolve("allocator.yaml"), mistake.yaml());
        AllocatorOptions options = AllocatorOptions.builder()
                .configFile(file)
                .environment(Map.of("HOME", folder.toString()))
                .build();
        Plugins plugins = TestPlugins.good(folder.resolve("plugins"));

        ConfigurationException thrown =
                catchThrowableOfType(ConfigurationException.class, () -> Configuration.load(options, plugins));

        assertThat(thrown).as(mistake.yaml()).isNotNull();
        assertThat(thrown.problems().stream()
                        .map(problem -> problem.replace(folder + "/", ""))
                        .toList())
                .isEqualTo(mistake.messages());
        assertThat(thrown.getMessage()).doesNotContain("hunter2", "canary");
    }
}
