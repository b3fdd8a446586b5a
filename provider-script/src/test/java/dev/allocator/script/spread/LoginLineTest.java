package dev.allocator.script.spread;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the line prints in real shells. */
class LoginLineTest {

    private static final Location AT = new Location("spread.yaml", 1, 1);

    /** What a run ended with. */
    private record Run(int status, String output, String errors) {}

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "it's",
                "'",
                "''",
                "a\"b",
                "$HOME",
                "${HOME}",
                "$(touch pwned)",
                "`touch pwned`",
                "; touch pwned",
                "\\",
                "\\n\\0\\x41",
                "-n",
                "--",
                "%s%d%n",
                "*",
                "~",
                "!!",
                " leading and trailing ",
                "tab\there",
                "ünïcödé ☃",
                "a&b|c>d<e",
                "#no comment"
            })
    void printsTextsAsTheyAre(String hostile) throws Exception {
        for (String shell : List.of("/bin/sh", "/bin/bash")) {
            Value output = Value.command(" printf '%s' secret");
            assertThat(run(shell, LoginLine.printing(Value.text(hostile), output)))
                    .as(shell)
                    .isEqualTo(new Run(0, hostile + "\nsecret\n", ""));
            assertThat(run(shell, LoginLine.printing(output, Value.text(hostile))))
                    .as(shell)
                    .isEqualTo(new Run(0, "secret\n" + hostile + "\n", ""));
            assertThat(folder.resolve("pwned")).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"it's", "$HOME `x` $(y)", "\"", "\\", "a  b", "*", "-e", "ünïcödé"})
    void printsWhatCommandsPrint(String hostile) throws Exception {
        Path file = Files.writeString(folder.resolve("the 'file'"), hostile + "\n\n\n");

        Run run = run("/bin/sh", line(Map.of("USER", "u-$(HOST: echo 1)-v"), "$USER", "$(HOST: cat \"" + file + "\")"));

        assertThat(run).isEqualTo(new Run(0, "u-1-v\n" + hostile + "\n", ""));
    }

    @Test
    void commandsRunOnceByBashWithoutInputInTheEnvironmentOfThisHost() throws Exception {
        Map<String, String> environment = Map.of(
                "ONE", "$(HOST: echo x >>runs; [[ -n $BASH_VERSION && $FROM_HOST == yes ]] && echo ok; cat)",
                "TWO", "$ONE$ONE");

        Run run = run("/bin/sh", line(environment, "$TWO", "$ONE"));

        assertThat(run).isEqualTo(new Run(0, "okok\nok\n", ""));
        assertThat(folder.resolve("runs")).hasContent("x");
    }

    @Test
    void aCommandThatFailsFailsTheLine() throws Exception {
        Run run = run("/bin/sh", line(Map.of(), "$(HOST: echo u)", "$(HOST: echo why >&2; exit 7)"));

        assertThat(run).isEqualTo(new Run(7, "", "why\n"));
    }

    @Test
    void aCommandEndsAtTheFirstParenthesisAsInSpread() throws Exception {
        Run run = run("/bin/sh", line(Map.of(), "$(HOST: echo a)b)", "$(HOST: echo p)"));

        assertThat(run).isEqualTo(new Run(0, "ab)\np\n", ""));
    }

    @Test
    void withoutAUserItIsRoot() throws Exception {
        assertThat(run("/bin/sh", line(Map.of(), "", "$(HOST: echo p)")).output())
                .isEqualTo("root\np\n");
    }

    private static String line(Map<String, String> environment, String user, String password) {
        ConfigNode project = ConfigNode.section(AT, List.of(new Entry("environment", AT, section(environment))));
        ConfigNode system = section(Map.of("username", user, "password", password));
        Login login = Login.of(system, new Environment(project, section(Map.of())), new Mistakes());
        return login.section().orElseThrow().get("command").orElseThrow().text();
    }

    private static ConfigNode section(Map<String, String> texts) {
        return ConfigNode.section(
                AT,
                texts.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(text -> new Entry(
                                text.getKey(), AT, ConfigNode.scalar(AT, text.getValue(), text.getValue(), true)))
                        .toList());
    }

    private Run run(String shell, String line) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(shell, "-c", line)
                .directory(folder.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().put("FROM_HOST", "yes");
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ends").isTrue();
            return new Run(
                    process.exitValue(),
                    Files.readString(output, StandardCharsets.UTF_8),
                    Files.readString(errors, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }
}
