package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code examples/ci}: YAML, in which no command is called that is not there. */
class CiExamplesTest {

    private static final Path FOLDER = Path.of(System.getProperty("project.root"), "examples/ci");

    @ParameterizedTest
    @ValueSource(strings = {"github.yml", "gitlab.yml"})
    void doWhatAJobNeeds(String name) throws Exception {
        String text = Files.readString(FOLDER.resolve(name));
        JsonNode document = new ObjectMapper(new YAMLFactory()).readTree(text);

        assertThat(text)
                .contains("KERNEL==\"kvm\"", "images", "allocator cleanup", "evidence")
                .doesNotContain("\t");
        assertThat(document.at(name.startsWith("github") ? "/jobs/tests/steps" : "/tests/script")
                        .isArray())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"github.yml", "gitlab.yml"})
    void callOnlyCommandsThatThereAre(String name) throws Exception {
        JsonNode document = new ObjectMapper(new YAMLFactory())
                .readTree(FOLDER.resolve(name).toFile());
        List<String> scripts = new ArrayList<>();
        document.findValues("run").forEach(step -> scripts.add(step.asText()));
        document.at("/tests").forEach(part -> part.forEach(line -> scripts.add(line.asText())));
        TreeSet<String> calls = new TreeSet<>();
        for (String script : scripts) {
            Pattern.compile("(?m)^ *allocator ([a-z]+(?: --[a-z]+)*)")
                    .matcher(script)
                    .results()
                    .map((MatchResult call) -> call.group(1))
                    .forEach(calls::add);
        }

        assertThat(calls).contains("cleanup", "check");
        for (String call : calls) {
            CliRun cli = new CliRun();
            assertThat(cli.run((call + " --help").split(" "))).as(call).isZero();
            assertThat(cli.err()).isEmpty();
        }
    }
}
