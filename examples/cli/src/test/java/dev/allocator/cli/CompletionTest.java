package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scripts of {@code completion}, in the shells that they are for. */
class CompletionTest {

    /** Stands in for the installed program: says what it was called with, too. */
    private static final String PROGRAM = """
            #!/bin/sh
            echo "$*" >>"$(dirname "$0")/calls"
            case $2 in
                profiles) printf '%s\\n' debian-12 debian-13 adhoc:ubuntu ;;
                leases) printf '%s\\n' 127.0.0.1:40123 aaaaaaaa 127.0.0.1:40999 bbbbbbbb ;;
            esac
            """;

    /** Does what readline does before it calls the function, and prints the candidates that are left after it. */
    private static final String BASH = """
            set -u
            . "$1"
            COMP_LINE=$2 COMP_POINT=${#2}
            COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
            complete -p allocator spread-adhoc-allocator >/dev/null || exit 9
            _allocator
            printf '%s\\n' "${COMPREPLY[@]-}" | sort
            """;

    @TempDir
    Path folder;

    private final CliRun cli = new CliRun();

    @BeforeEach
    void program() throws Exception {
        Files.writeString(folder.resolve("allocator"), PROGRAM);
        assertThat(folder.resolve("allocator").toFile().setExecutable(true)).isTrue();
        Files.createFile(folder.resolve("own.yaml"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "'allocator al' > allocate",
                "'allocator l' > list logs",
                "'allocator -q re' > reboot renew",
                "'allocator --state-dir /x ver' > version",
                "'allocator allocate ' > adhoc:ubuntu debian-12 debian-13",
                "'allocator allocate deb' > debian-12 debian-13",
                "'allocator allocate adhoc:u' > ubuntu",
                "'allocator allocate debian-12 ' > ''",
                "'allocator allocate --ke' > --keep",
                "'allocator allocate --keep ' > always failed never",
                "'allocator allocate --keep=f' > failed",
                "'allocator allocate --ttl ' > ''",
                "'allocator allocate --ttl 2h deb' > debian-12 debian-13",
                "'allocator discard 127.0.0.1:40' > 40123 40999",
                "'allocator deallocate 127' > 127.0.0.1:40123 127.0.0.1:40999",
                "'allocator ssh a' > aaaaaaaa",
                "'allocator ssh -- b' > bbbbbbbb",
                "'allocator exec aaaaaaaa ' > ''",
                "'allocator exec --root a' > aaaaaaaa",
                "'allocator cp own' > own.yaml",
                "'allocator cp own.yaml aa' > aaaaaaaa:",
                "'allocator cp own.yaml 127.0.0.1:401' > 40123:",
                "'allocator list --config o' > own.yaml",
                "'allocator list --config=o' > own.yaml",
                "'allocator help ch' > check",
                "'allocator completion ' > bash fish zsh",
                "'allocator nonsense ' > ''",
            })
    void completesInBash(String line, String words) throws Exception {
        assertThat(run("bash", "-c", BASH, "bash", script("bash"), line))
                .isEqualTo(words.isEmpty() ? "\n" : words.replace(' ', '\n') + "\n");
    }

    /** Whoever writes a profile's name is not to run commands in others' shells. */
    @Test
    void bashDoesNotExpandNames() throws Exception {
        Files.writeString(folder.resolve("allocator"), "#!/bin/sh\necho 'deb$(touch pwned)`touch pwned`'\n");

        assertThat(run("bash", "-c", BASH, "bash", script("bash"), "allocator allocate d"))
                .isEqualTo("deb$(touch pwned)`touch pwned`\n");
        assertThat(folder.resolve("pwned")).doesNotExist();
    }

    @Test
    void asksTheProgramWithTheSameConfiguration() throws Exception {
        run("bash", "-c", BASH, "bash", script("bash"), "allocator --config a.yaml allocate --state-dir=/s d");

        assertThat(folder.resolve("calls")).hasContent("complete profiles --config a.yaml --state-dir=/s");
    }

    @Test
    void answersItsScripts() {
        cli.allocator.lease("aaaaaaaa-0000-4000-8000-000000000001", "127.0.0.1:4001");

        assertThat(cli.run("complete", "leases")).isZero();
        assertThat(cli.run("complete", "profiles")).isZero();
        assertThat(cli.out()).isEqualTo("127.0.0.1:4001\naaaaaaaa\ndebian-12\n");
    }

    @Test
    void completesInZsh() throws Exception {
        requireShell("zsh");
        String stubs = """
                compdef() { : }
                compadd() { local a=${@[-1]}; print -l -- ${(P)a} }
                _files() { print files }
                . "$1"
                words=(${(z)2} "$3") CURRENT=$#words
                _allocator | sort
                """;

        assertThat(run("zsh", "-fc", stubs, "zsh", script("zsh"), "allocator allocate", "")
                        .lines())
                .containsExactly("adhoc:ubuntu", "debian-12", "debian-13");
        assertThat(run("zsh", "-fc", stubs, "zsh", script("zsh"), "allocator allocate --keep", "")
                        .lines())
                .containsExactly("always", "failed", "never");
        assertThat(run("zsh", "-fc", stubs, "zsh", script("zsh"), "allocator cp", "")
                        .lines())
                .contains("aaaaaaaa:", "files");
    }

    @Test
    void completesInFish() throws Exception {
        requireShell("fish");
        String script = script("fish");

        assertThat(fish(script, "allocator re")).containsExactly("reboot", "renew");
        assertThat(fish(script, "allocator allocate deb")).containsExactly("debian-12", "debian-13");
        assertThat(fish(script, "allocator allocate --keep ")).containsExactly("always", "failed", "never");
        assertThat(fish(script, "spread-adhoc-allocator discard a")).containsExactly("aaaaaaaa");
        assertThat(fish(script, "allocator keep --tt")).containsExactly("--ttl");
    }

    private List<String> fish(String script, String line) throws Exception {
        return run("fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", script, line)
                .lines()
                .map(candidate -> candidate.replaceFirst("\t.*", ""))
                .sorted()
                .toList();
    }

    private String script(String shell) throws Exception {
        assertThat(cli.run("completion", shell)).isZero();
        assertThat(cli.err()).isEmpty();
        return Files.writeString(folder.resolve("completion." + shell), cli.out())
                .toString();
    }

    private static void requireShell(String shell) {
        try {
            new ProcessBuilder(shell, "-c", "true").start().onExit().join();
        } catch (IOException e) {
            if ("required".equals(System.getProperty("e2e"))) {
                fail("no " + shell + ": run .ci/install-packages tests");
            }
            System.err.println("skipped: no " + shell);
            abort("no " + shell);
        }
    }

    private String run(String... words) throws Exception {
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(folder.toFile()).redirectError(err.toFile());
        builder.environment().merge("PATH", folder + ":", (path, first) -> first + path);
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(Files.readString(err)).isZero();
        assertThat(err).isEmptyFile();
        return out;
    }
}
