package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.ProviderHealth;
import dev.allocator.ProviderHealth.Status;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a terminal gets that a file or a pipe does not. */
class TerminalTest {

    private final CliRun cli = new CliRun();

    @ParameterizedTest
    @CsvSource({
        "true, '', true",
        "false, '', false",
        "true, TERM=xterm, true",
        "true, TERM=dumb, false",
        "true, NO_COLOR=, true",
        "true, NO_COLOR=1, false",
        "true, NO_COLOR=1 CLICOLOR_FORCE=1, false",
        "false, CLICOLOR_FORCE=1, true",
        "false, CLICOLOR_FORCE=0, false",
        "true, TERM=dumb CLICOLOR_FORCE=1, true",
    })
    void decidesAboutColours(boolean terminal, String variables, boolean wanted) {
        Map<String, String> environment = new HashMap<>();
        for (String variable : variables.split(" ")) {
            environment.put(variable.replaceFirst("=.*", ""), variable.replaceFirst("[^=]*=?", ""));
        }

        assertThat(Colours.of(terminal, environment).wanted()).isEqualTo(wanted);
    }

    @Test
    void colouredTablesAreTheSameWithoutTheColours() {
        cli.allocator.lease("aaaaaaaa-0000-4000-8000-000000000001", "127.0.0.1:4001");
        cli.run("list");
        String plain = cli.out();
        cli.stdout = new ByteArrayOutputStream();
        cli.outIsTerminal = true;
        cli.run("list");

        assertThat(cli.out()).contains("\033[32mready\033[0m").startsWith("\033[1mID ");
        assertThat(cli.out().replaceAll("\033\\[[0-9]*m", "")).isEqualTo(plain);
    }

    @Test
    void coloursVerdictsHelpAndFailures() {
        cli.outIsTerminal = true;
        cli.liveLine = true;
        cli.allocator.health =
                List.of(ProviderHealth.builder("a", "qemu", Status.UNUSABLE).build());

        cli.run("check");
        cli.run("help", "list");
        cli.run("discard", "dddddddd");
        assertThat(cli.out()).contains("\033[31mcannot be used\033[0m", "\033[1mallocator list\033[");
        assertThat(cli.err()).startsWith("\033[31mallocator:\033[0m no lease 'dddddddd'");
    }

    @Test
    void jsonHasNoColours() {
        cli.environment.put("CLICOLOR_FORCE", "1");
        cli.run("list", "--json");
        cli.run("profiles", "--json");
        cli.run("check", "--json");

        assertThat(cli.out()).doesNotContain("\033").hasLineCount(3);
    }

    @Test
    void whatIsWrittenGoesAboveTheLineThatChanges() {
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        StatusLine line = new StatusLine(new PrintStream(terminal, false, StandardCharsets.UTF_8), true);
        PrintStream err = new PrintStream(line, false, StandardCharsets.UTF_8);
        line.show("waiting (1s)");
        err.println("[WARN] from a library");
        line.show("waiting (2s)");
        err.print("no end of line");
        err.println();
        line.show("");
        err.println("done");

        assertThat(screen(terminal.toString(StandardCharsets.UTF_8)))
                .isEqualTo("[WARN] from a library\nno end of line\ndone\n");
        assertThat(terminal.toString(StandardCharsets.UTF_8)).contains("waiting (1s)", "waiting (2s)");
    }

    @Test
    void aLineThatIsTooLongIsCut() {
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        StatusLine line = new StatusLine(new PrintStream(terminal, false, StandardCharsets.UTF_8), true);
        line.show("x".repeat(200));

        assertThat(terminal.toString(StandardCharsets.UTF_8)).isEqualTo("\033[?7l" + "x".repeat(78) + "…\033[?7h");
    }

    @Test
    void nothingChangesWhereThereIsNoTerminal() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        StatusLine line = new StatusLine(new PrintStream(file, false, StandardCharsets.UTF_8), false);
        line.show("waiting");
        new PrintStream(line, false, StandardCharsets.UTF_8).print("text");

        assertThat(file.toString(StandardCharsets.UTF_8)).isEqualTo("text");
    }

    /** What a person reads in the end: an erased line is gone, as the terminal does it. */
    private static String screen(String written) {
        return written.replaceAll("\033\\[\\?7[lh]", "").replaceAll("[^\n]*\r\033\\[K", "");
    }
}
