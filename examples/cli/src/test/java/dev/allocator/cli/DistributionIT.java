package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.cli.Installation.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The built program, run as its users run it: by real processes, from a folder whose name has spaces. */
class DistributionIT {

    @TempDir
    Path scratch;

    private Installation installation;

    @BeforeEach
    void install() throws Exception {
        installation = Installation.copy(scratch);
    }

    @ParameterizedTest
    @ValueSource(strings = {"allocator", "spread-adhoc-allocator"})
    void isTheSameProgramUnderBothNames(String name) throws Exception {
        Ran ran = installation.run(
                Map.of(), List.of(installation.folder.resolve("bin/" + name).toString(), "version"));

        assertThat(ran.status()).isZero();
        assertThat(ran.out()).matches("allocator [0-9]\\S+ \\(Java [0-9]\\S+\\)\n");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void helps() throws Exception {
        Ran ran = installation.run("help");

        assertThat(ran.status()).isZero();
        assertThat(ran.out()).startsWith("Usage: allocator ");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void refusesAnUnknownCommand() throws Exception {
        assertThat(installation.run("frobnicate"))
                .isEqualTo(new Ran(2, "", "allocator: unknown command 'frobnicate' (see 'allocator help')\n"));
    }

    @Test
    void namesAConfigurationThatIsMissing() throws Exception {
        Files.delete(installation.folder.resolve("lib/a-fake-engine.jar"));
        Path missing = scratch.resolve("none.yaml");
        Ran ran = installation.run("allocate", "debian-12", "--config", missing.toString());

        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.out()).contains(missing.toString()).hasLineCount(1);
        assertThat(ran.err()).isEqualTo("allocator: " + ran.out());
    }

    @Test
    void startsThroughLinks() throws Exception {
        Path links = Files.createDirectories(scratch.resolve("my links/deeper"));
        Files.createSymbolicLink(links.resolve("absolute"), Path.of(installation.launcher()));
        Files.createSymbolicLink(links.resolve("../relative"), Path.of("deeper/absolute"));

        assertThat(installation
                        .run(Map.of(), List.of(links.resolve("../relative").toString(), "version"))
                        .status())
                .isZero();
        assertThat(installation
                        .run(
                                Map.of(),
                                List.of(
                                        "sh",
                                        "-c",
                                        "cd \"$1\" && PATH=.:$PATH && absolute version",
                                        "sh",
                                        links.toString()))
                        .status())
                .isZero();
    }

    @Test
    void printsNothingButTheAddress() throws Exception {
        Ran ran = installation.run("allocate", "debian-12");

        assertThat(ran.status()).isZero();
        assertThat(ran.out()).isEqualTo("127.0.0.1:40123\n");
        assertThat(ran.err()).startsWith("a library that prints\n").contains("allocator: debian-12: ready after ");
        assertThat(installation.calls()).isEqualTo("allocate\ndetach\nclose\n");
    }

    @Test
    void ignoresAnArchiveOfClassesThatDoesNotFit() throws Exception {
        Path archive = installation.folder.resolve("lib/allocator.jsa");
        Files.deleteIfExists(archive);
        Files.writeString(archive, "not an archive");

        Ran ran = installation.run("allocate", "-q", "debian-12");
        assertThat(ran).isEqualTo(new Ran(0, "127.0.0.1:40123\n", "a library that prints\n"));
    }

    @Test
    void startsWithoutWhatOnlyLxdNeeds() throws Exception {
        Files.delete(installation.folder.resolve("lib/a-fake-engine.jar"));
        Files.deleteIfExists(installation.folder.resolve("lib/allocator.jsa"));
        Files.writeString(scratch.resolve("spread-lxd.yaml"), "system: {a-1: {image: x}}\n");
        Path classes = scratch.resolve("classes");
        Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-XX:DumpLoadedClassList=" + classes);

        Ran ran = installation.run(environment, List.of(installation.launcher(), "list"));

        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(Files.readAllLines(classes))
                .contains("dev/allocator/lxd/LxdProviderFactory", "dev/allocator/lxd/spread/SpreadLxdYaml")
                .noneMatch(name -> name.matches("(okhttp3|okio|kotlin|jnr|com/kenai)/.*"));
    }

    @Test
    void looksAfterItsLeases() throws Exception {
        Ran none = installation.run("list", "--ended");
        assertThat(none.status()).isZero();
        assertThat(none.out()).isEqualTo("ID  PROFILE  REASON  ENDED  LASTED  ADDRESS  MESSAGE\n");
        assertThat(installation.run("cleanup", "--expired", "--dry-run").out()).isEqualTo("nothing to clean up\n");
        assertThat(installation.run("cleanup", "--realm", "x").status()).isEqualTo(2);
        assertThat(installation.run("renew", "127.0.0.1:9", "1h").status()).isEqualTo(1);
        assertThat(installation.run("help", "renew").out()).contains("ADDR|ID", "DURATION");
        assertThat(installation.run("help", "cleanup").out()).contains("--expired", "--realm=ID", "--dry-run");
    }

    @ParameterizedTest
    @ValueSource(strings = {">&-", ">/dev/full", "1</dev/null", ">&- 2>&- <&-"})
    void discardsAMachineWhoseAddressCannotBeWritten(String redirection) throws Exception {
        Ran ran = installation.run(
                Map.of(), List.of("sh", "-c", "\"$0\" allocate debian-12 " + redirection, installation.launcher()));

        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(installation.calls()).isEqualTo("allocate\ndiscard 127.0.0.1:40123\nclose\n");
    }

    @Test
    void servesSpread() throws Exception {
        Ran ran = installation.script(spread("debian-12", "debian", "pass word"), SpreadScripts.input("allocate"));

        assertThat(ran.status()).isZero();
        assertThat(ran.out().lines().filter(line -> line.matches("^<([A-Z_]+)(?: (.*))?>$")))
                .containsExactly("<ADDRESS 127.0.0.1:40123>");
        assertThat(installation.calls()).isEqualTo("allocate\ndebian:pass word\ndetach\nclose\n");
    }

    @Test
    void servesSpreadsRootWithItsSessionPassword() throws Exception {
        Map<String, String> environment = spread("debian-12", "", "");
        environment.put("SPREAD_PASSWORD", "session");

        assertThat(installation
                        .script(environment, SpreadScripts.input("allocate"))
                        .status())
                .isZero();
        assertThat(installation.calls()).startsWith("allocate\nroot:session\n");
    }

    @ParameterizedTest
    @CsvSource({
        "broken, x, cannot allocate 'broken': create: no such image",
        "debian-12, , 'no password for user ''debian'': give one as PASSWORD, by --password-fd, or in ALLOCATOR_PASSWORD or SPREAD_PASSWORD'",
    })
    void tellsSpreadWhyInOneLine(String profile, String password, String reason) throws Exception {
        Ran ran = installation.script(
                spread(profile, "debian", password == null ? "" : password), SpreadScripts.input("allocate"));

        assertThat(ran.status()).isEqualTo(213);
        assertThat(ran.out()).contains("allocator: " + reason + "\n").endsWith("\n<FATAL " + reason + ">\n");
    }

    @Test
    void readsThePasswordFromADescriptor() throws Exception {
        Ran ran = installation.script(
                spread("debian-12", "debian", "canary"),
                SpreadScripts.wrapped(
                        "\"$LAUNCHER\" allocate debian-12 debian --password-fd 3 3<<<\"$SPREAD_SYSTEM_PASSWORD\""));

        assertThat(ran.status()).isZero();
        assertThat(installation.calls()).contains("debian:canary\n");
        assertThat(installation
                        .run("allocate", "debian-12", "debian", "--password-fd", "9")
                        .out())
                .startsWith("cannot read the password: file descriptor 9 ")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void readsAPasswordInAnyLocale(String locale) throws Exception {
        Ran ran = installation.script(
                Map.of("LC_ALL", locale, "LAUNCHER", installation.launcher()),
                SpreadScripts.wrapped("\"$LAUNCHER\" allocate debian-12 debian 'gr\u00fcn \u20ac'"));

        assertThat(ran.status()).isZero();
        assertThat(installation.calls()).contains("debian:gr\u00fcn \u20ac\n");
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129"})
    void undoesTheAllocationOnASignal(String signal, int status) throws Exception {
        Process process = installation.start(Map.of(), List.of(installation.launcher(), "allocate", "slow"));
        await().until(() -> installation.calls().contains("allocate"));
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();

        Ran ran = installation.await(process);
        assertThat(ran.status()).isEqualTo(status);
        assertThat(ran.out()).isEqualTo("cannot allocate 'slow': interrupted by a signal\n");
        assertThat(installation.calls()).startsWith("allocate\nclose\n").doesNotContain("detach");
    }

    @Test
    void saysWhenJavaIsMissing() throws Exception {
        Path tools = Files.createDirectory(scratch.resolve("tools"));
        Files.createSymbolicLink(tools.resolve("readlink"), Path.of("/usr/bin/readlink"));
        Map<String, String> environment = Map.of("PATH", tools.toString(), "JAVA_HOME", "/nowhere");
        String reason = "Java 17 or newer is needed: install it, or set JAVA_HOME to where it is\n";

        assertThat(installation.run(environment, List.of(installation.launcher(), "allocate", "debian-12")))
                .isEqualTo(new Ran(1, reason, "allocator: " + reason));
        assertThat(installation.run(environment, List.of(installation.launcher(), "list")))
                .isEqualTo(new Ran(1, "", "allocator: " + reason));
    }

    @Test
    void tellsSpreadWhenThereIsNothingToDiscard() throws Exception {
        Map<String, String> environment = spread("debian-12", "debian", "x");
        environment.put("SPREAD_SYSTEM_ADDRESS", "127.0.0.1:40123");

        Ran ran = installation.script(environment, SpreadScripts.input("discard"));
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.out()).contains("no lease '127.0.0.1:40123' is known in ");
    }

    private Map<String, String> spread(String system, String user, String password) {
        return new java.util.HashMap<>(Map.of(
                "LAUNCHER", installation.launcher(),
                "PROGRAMS", installation.folder.resolve("bin").toString(),
                "SPREAD_SYSTEM", system,
                "SPREAD_SYSTEM_USERNAME", user,
                "SPREAD_SYSTEM_PASSWORD", password));
    }
}
