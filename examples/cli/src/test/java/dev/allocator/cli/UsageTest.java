package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {

    private final CliRun cli = new CliRun();

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "alocate x ~ unknown command 'alocate'; did you mean 'allocate'? (see 'allocator help')",
                "frobnicate ~ unknown command 'frobnicate' (see 'allocator help')",
                "--nope=1 ~ unknown option '--nope' (see 'allocator help')",
                "list --nope ~ unknown option '--nope' (see 'allocator help list')",
                "list more ~ unexpected word 'more' (see 'allocator help list')",
                "help nothing ~ unknown command 'nothing' (see 'allocator help')",
                "discard ~ Missing required parameter: 'ADDR|ID' (see 'allocator help discard')",
                "exec x ~ Missing required parameter: 'CMD' (see 'allocator help exec')",
            })
    void saysInOneLineWhatIsWrong(String line, String message) {
        assertThat(cli.run(line.split(" "))).isEqualTo(2);

        assertThat(cli.err()).isEqualTo("allocator: " + message + "\n");
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void needsACommand() {
        assertThat(cli.run()).isEqualTo(2);
        assertThat(cli.err()).isEqualTo("allocator: no command given (see 'allocator help')\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "", "0s", "-1s"})
    void wantsDurationsInTheirOneForm(String ttl) {
        assertThat(cli.run("allocate", "debian-12", "--ttl", ttl)).isEqualTo(2);

        assertThat(cli.out()).startsWith("Invalid value for option '--ttl': ").hasLineCount(1);
        assertThat(cli.err()).isEqualTo("allocator: " + cli.out());
    }

    @Test
    void helpsOnItsOutput() {
        assertThat(cli.run("help")).isZero();
        assertThat(cli.run("help", "allocate")).isZero();
        assertThat(cli.run("list", "--help")).isZero();

        assertThat(cli.err()).isEmpty();
        assertThat(cli.out())
                .contains(
                        "Usage: allocator [",
                        "Usage: allocator allocate [",
                        "Usage: allocator list [",
                        "--password-fd=N");
    }

    @Test
    void showsAnExampleOfEveryCommand() {
        cli.run("help");
        List<String> commands = cli.out()
                .substring(cli.out().indexOf("Commands:"))
                .lines()
                .filter(line -> line.matches("  [a-z].*"))
                .map(line -> line.strip().split("[ ,]")[0])
                .toList();
        assertThat(commands).contains("allocate", "logs", "keep", "cp", "forward", "reboot", "version");
        for (String command : commands) {
            cli.stdout = new ByteArrayOutputStream();
            assertThat(cli.run("help", command)).isZero();
            assertThat(cli.out()).containsPattern("Examples?:\n  allocator " + command + "\\b");
        }
    }

    @Test
    void tellsItsVersionAsJson() throws Exception {
        assertThat(cli.run("version", "--json")).isZero();
        assertThat(new ObjectMapper().readTree(cli.out()).at("/version").textValue())
                .matches("[0-9]\\S+");
    }

    @Test
    void tellsItsVersionWithoutAnAllocator() {
        cli.openFails = new IllegalStateException("must not be opened");

        assertThat(cli.run("version")).isZero();
        assertThat(cli.out()).matches("allocator [0-9]\\S+ \\(Java [0-9]\\S+\\)\n");
    }
}
