package dev.allocator.script.adhoc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.Profile;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What scripts are told and what is made of what they say, run by a real bash. */
@Timeout(120)
class AdhocScriptsTest {

    @TempDir
    Path folder;

    @Test
    void aScriptIsToldWhatSpreadTells() throws Exception {
        String allocate = """
                { set +x; } 2>/dev/null
                {
                    echo "$SPREAD_BACKEND|$SPREAD_SYSTEM|$SPREAD_SYSTEM_USERNAME|$SPREAD_SYSTEM_PASSWORD|$SPREAD_SYSTEM_ADDRESS"
                    echo "${SPREAD_PASSWORD-unset}|$DEBIAN_FRONTEND|$DEBIAN_PRIORITY|$KEPT"
                    echo "$PATH"
                    pwd
                    wc -c
                } > told
                ADDRESS 127.0.0.1:2222
                """;
        try (AdhocStage stage = AdhocStage.of(folder, allocate)) {
            assertThat(stage.create().address())
                    .hasValueSatisfying(address -> assertThat(address).hasToString("127.0.0.1:2222"));
            assertThat(Files.readAllLines(stage.scripts.resolve("told")))
                    .containsExactly(
                            "adhoc-test|ubuntu-24.04|ubuntu|" + AdhocStage.PASSWORD + "|",
                            "unset|noninteractive|critical|from outside",
                            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin",
                            stage.scripts.toString(),
                            "0");
        }
    }

    @Test
    void withoutALoginAPasswordIsMadeUp() throws Exception {
        String allocate = """
                { set +x; } 2>/dev/null
                echo "$SPREAD_SYSTEM_USERNAME|$SPREAD_SYSTEM_PASSWORD|$SPREAD_PASSWORD" > told
                ADDRESS localhost
                """;
        Profile profile =
                Profile.named("p", "adhoc-test").setting("system", "debian-12").build();
        try (AdhocStage stage = new AdhocStage(folder, Map.of("allocate", allocate), profile)) {
            Machine machine = stage.create();
            String password =
                    machine.login().orElseThrow().password().orElseThrow().reveal();
            assertThat(machine.login().orElseThrow().user()).isEqualTo("root");
            assertThat(password).matches("[A-Za-z0-9]{24}");
            assertThat(Files.readString(stage.scripts.resolve("told"))).isEqualTo("||" + password + "\n");
            assertThat(stage.create().login()).isEqualTo(machine.login());
        }
    }

    @Test
    void aUserMayBeNamedWithoutALogin() throws Exception {
        Profile profile =
                Profile.named("p", "adhoc-test").setting("user", "debian").build();
        String allocate = "echo \"$SPREAD_SYSTEM_USERNAME\" > told; ADDRESS localhost";
        try (AdhocStage stage = new AdhocStage(folder, Map.of("allocate", allocate), profile)) {
            assertThat(stage.create().login().orElseThrow().user()).isEqualTo("debian");
            assertThat(Files.readString(stage.scripts.resolve("told"))).isEqualTo("debian\n");
        }
    }

    @Test
    void anAddressWithoutAPortIsSshs() throws Exception {
        try (AdhocStage stage = AdhocStage.of(folder, "ADDRESS 10.9.8.7")) {
            assertThat(stage.create().address().orElseThrow()).hasToString("10.9.8.7:22");
            stage.destroy();
            assertThat(stage.discarded())
                    .as("discard is told what allocate said")
                    .containsExactly("10.9.8.7");
        }
    }

    @Test
    void anAddressCountsWhereverItIsPrinted() throws Exception {
        for (String allocate : new String[] {
            "f() { ADDRESS localhost:1; }; f",
            "(cd /; ADDRESS localhost:1)",
            "echo '<ADDRESS localhost:1>'",
            "echo '  <ADDRESS localhost:1>  '",
            "printf '<ADDRESS localhost:1>\\r\\n'",
            "printf '<ADDRESS localhost:1>'",
            "echo '<ADDRESS localhost:1>' >&2",
            "ADDRESS localhost:1; ADDRESS localhost:1",
            "ADDRESS localhost:1; echo and more; printf 'no end'",
            "exec bash -c 'echo \"<ADDRESS localhost:1>\"'",
            "ADDRESS localhost:1; exit 0; false",
            "head -c 100000 /dev/urandom; printf '\\n'; ADDRESS localhost:1",
            "printf 'a\\0b\\0\\n'; ADDRESS localhost:1",
            "cd /; ADDRESS localhost:1",
            "set +e; false; ADDRESS localhost:1",
            "ADDRESS localhost:1; echo $unset_after_address",
            "sleep 300 & ADDRESS localhost:1"
        }) {
            try (AdhocStage stage = AdhocStage.of(folder, allocate)) {
                assertThat(stage.create().address().orElseThrow()).as(allocate).hasToString("localhost:1");
                stage.destroy();
                assertThat(stage.processes()).as(allocate).isEmpty();
                assertThat(stage.discarded()).as(allocate).containsExactly("localhost:1");
                Files.delete(stage.scripts.resolve("discarded"));
            }
        }
    }

    @Test
    void matchAndNoMatchWorkAsInSpread() throws Exception {
        String allocate = """
                printf 'one\\ntwo  words\\n' | MATCH 'one two words'
                echo '* text' | MATCH '^[*] text$'
                echo Ab | MATCH -i '^ab$'
                printf 'one\\ntwo\\n' | NOMATCH '^two'
                if echo one | MATCH two; then exit 3; fi
                if echo one | NOMATCH one; then exit 4; fi
                echo one | NOMATCH
                ADDRESS localhost:1
                """;
        try (AdhocStage stage = AdhocStage.of(folder, allocate)) {
            assertThat(stage.create().address()).isPresent();
            assertThat(stage.log())
                    .contains("error: pattern not found on stdin:\none\n")
                    .contains("NOMATCH pattern='one' found in:\none\n");
        }
    }

    @Test
    void aMatchThatFailsEndsTheScript() throws Exception {
        try (AdhocStage stage = AdhocStage.of(folder, "echo one | MATCH two; ADDRESS localhost:1", noRetry())) {
            ProviderException failure = stage.failure();
            assertThat(failure.kind()).isEqualTo(Kind.RETRYABLE);
            assertThat(failure)
                    .hasMessageContaining("allocate failed with status 1; the last it printed: ")
                    .hasMessageContaining("error: pattern not found on stdin: | one");
        }
    }

    @Test
    void errorIsTriedAgainAndFatalIsNot() throws Exception {
        String allocate = """
                echo try >> tries
                [ "$(wc -l < tries)" -ge 3 ] || ERROR not yet: "$(wc -l < tries)" of 3
                ADDRESS localhost:1
                """;
        try (AdhocStage stage = AdhocStage.of(folder, allocate, Map.of("retry-delay", "10ms"))) {
            stage.create();
            assertThat(stage.progress)
                    .containsExactly(
                            "allocate is tried again in 10ms: allocate said ERROR: not yet: 1 of 3 " + where(stage),
                            "allocate is tried again in 20ms: allocate said ERROR: not yet: 2 of 3 " + where(stage));
            assertThat(stage.log()).contains(" allocate, run 1 ==\n").contains(" allocate, run 3 ==\n");
        }
        try (AdhocStage stage = AdhocStage.of(folder, "echo try >> fatals; FATAL no such system: 'x y'")) {
            ProviderException failure = stage.failure();
            assertThat(failure.kind()).isEqualTo(Kind.FINAL);
            assertThat(failure).hasMessage("allocate said FATAL: no such system: x y " + where(stage));
            assertThat(Files.readAllLines(stage.scripts.resolve("fatals"))).hasSize(1);
        }
    }

    /** As spread reads results: with status 213 the last line alone, with status 0 every line. */
    @Test
    void resultsAreReadAsSpreadReadsThem() throws Exception {
        for (String[] example : new String[][] {
            {"ERROR", "RETRYABLE", "allocate said ERROR without a reason"},
            {"ERROR 'a' 'b  c'", "RETRYABLE", "allocate said ERROR: a b  c "},
            {"(ERROR in a subshell)", "RETRYABLE", "allocate said ERROR: in a subshell"},
            {"f() { FATAL in a function; }; f", "FINAL", "allocate said FATAL: in a function"},
            {"(FATAL ignored) || true; ADDRESS localhost:1", "FINAL", "allocate said FATAL: ignored"},
            {"(ERROR ignored) || :; ADDRESS localhost:1", "RETRYABLE", "allocate said ERROR: ignored"},
            {
                "trap 'echo bye' EXIT; ERROR not last",
                "RETRYABLE",
                "allocate failed with status 213; the last it printed: "
            },
            {"FATAL $'two\\nlines'", "RETRYABLE", "allocate failed with status 213; the last it printed: "},
            {"exit 213", "RETRYABLE", "allocate failed with status 213; the last it printed: + exit 213"},
            {"echo '<ERROR real>'; exit 1", "RETRYABLE", "allocate failed with status 1; "},
            {"echo '<FATAL echoed>'; exit 213", "RETRYABLE", "allocate failed with status 213; "},
            {"{ set +x; } 2>/dev/null; echo '<FATAL echoed>'; exit 213", "FINAL", "allocate said FATAL: echoed"},
            {":", "FINAL", "allocate ended without giving an ADDRESS, though with status 0; the last it printed: + :"},
            {
                "{ set +x; } 2>/dev/null",
                "FINAL",
                "allocate ended without giving an ADDRESS, though with status 0; it printed nothing"
            },
            {"ADDRESS", "FINAL", "allocate ended without giving an ADDRESS, though with status 0; "},
            {"x=$(ADDRESS caught)", "FINAL", "allocate ended without giving an ADDRESS, though with status 0; "},
            {"ADDRESS 'a b'", "FINAL", "allocate gave an ADDRESS that is none: 'a b' (expected host or host:port)"},
            {"ADDRESS localhost:ssh", "FINAL", "allocate gave an ADDRESS that is none: 'localhost:ssh' "},
            {"ADDRESS localhost:0", "FINAL", "allocate gave an ADDRESS that is none: 'localhost:0' "},
            {"ADDRESS one; ADDRESS two", "FINAL", "allocate gave more than one ADDRESS: one and two "},
            {"no-such-command", "FINAL", "allocate failed with status 127: a command that it runs was not found; "},
            {"./no-such-file; :", "FINAL", "allocate failed with status 127: "},
            {"true; /etc", "FINAL", "allocate failed with status 126: something that it runs is not executable; "},
            {"echo $unset_variable", "RETRYABLE", "allocate failed with status 1; "},
            {"exit 7", "RETRYABLE", "allocate failed with status 7; the last it printed: + exit 7"},
            {"kill $$; sleep 1", "RETRYABLE", "allocate failed with status 143, as after signal 15; "},
            {"kill -9 $$; sleep 1", "RETRYABLE", "allocate failed with status 137, as after signal 9; "},
            {"kill -9 $BASHPID", "RETRYABLE", "allocate failed with status 137, as after signal 9; "},
            {"if", "RETRYABLE", "allocate failed with status 2; the last it printed: "},
            {"read line", "RETRYABLE", "allocate failed with status 1; the last it printed: + read line"}
        }) {
            try (AdhocStage stage = AdhocStage.of(folder, example[0], noRetry())) {
                ProviderException failure = stage.failure();
                assertThat(failure.getMessage())
                        .as(example[0])
                        .startsWith(example[2])
                        .doesNotContain("\n");
                assertThat(failure.kind()).as(example[0]).hasToString(example[1]);
                assertThat(failure).hasMessageContaining("(all of its output is in " + stage.folder());
                assertThat(stage.progress).as(example[0]).isEmpty();
                stage.destroy();
                assertThat(stage.processes()).as(example[0]).isEmpty();
            }
        }
        assertThat(Files.readAllLines(folder.resolve("scripts/discarded")))
                .as("what was printed and could be an address")
                .containsExactly("localhost:1", "localhost:1", "caught", "localhost:ssh", "localhost:0", "one", "two");
    }

    @Test
    void aHugeErrorIsCutForTheMessage() throws Exception {
        try (AdhocStage stage = AdhocStage.of(folder, "FATAL \"$(head -c 100000 /dev/zero | tr '\\0' x)\"")) {
            ProviderException failure = stage.failure();
            assertThat(failure.kind()).isEqualTo(Kind.FINAL);
            assertThat(failure.getMessage())
                    .startsWith("allocate said FATAL: xxxxx")
                    .hasSizeLessThan(1500);
        }
    }

    @Test
    void whatWasPrintedBeforeAFailureIsDiscardedBeforeTheNextTry() throws Exception {
        String allocate = """
                echo try >> tries
                n=$(wc -l < tries)
                ADDRESS "host:$n"
                [ "$n" -ge 3 ]
                """;
        try (AdhocStage stage = AdhocStage.of(folder, allocate, Map.of("retry-delay", "10ms"))) {
            assertThat(stage.create().address().orElseThrow()).hasToString("host:3");
            assertThat(stage.discarded()).containsExactly("host:1", "host:2");
            stage.destroy();
            assertThat(stage.discarded()).containsExactly("host:1", "host:2", "host:3");
        }
    }

    @Test
    void aFailedDiscardOfAFailedTryEndsTheCreationAndIsOwed() throws Exception {
        Map<String, Object> settings = Map.of(
                "allocate",
                "ADDRESS host:1; false",
                "discard",
                "[ -e mended ] || ERROR cannot now\n" + AdhocStage.DISCARD);
        try (AdhocStage stage =
                new AdhocStage(folder, settings, AdhocStage.profile().build())) {
            ProviderException failure = stage.failure();
            assertThat(failure).hasMessageStartingWith("allocate failed with status 1; ");
            assertThat(failure.getSuppressed()).hasSize(1);
            assertThat(failure.getSuppressed()[0])
                    .hasMessageStartingWith("discard of host:1 said ERROR: cannot now (all of its output is in ");
            assertThat(org.assertj.core.api.Assertions.catchThrowable(stage::destroy))
                    .hasMessageStartingWith("discard of host:1 said ERROR: cannot now ");
            assertThat(stage.bench.provider().check(stage.plan.ref()).state()).isEqualTo(State.STOPPED);
            Files.createFile(stage.scripts.resolve("mended"));
            stage.destroy();
            assertThat(stage.discarded()).containsExactly("host:1");
            assertThat(stage.bench.provider().check(stage.plan.ref()).state()).isEqualTo(State.GONE);
        }
    }

    @Test
    void aProgramThatIsMissingIsFoundBeforeAnythingRuns() throws Exception {
        Path scripts = Files.createDirectories(folder.resolve("scripts"));
        assertThat(refusal("./allocate.sh --now"))
                .matches(".*:\\d+:\\d+: 'allocate' runs " + Pattern.quote(scripts + "/allocate.sh")
                        + ", which does not exist");
        Path program = Files.createFile(
                scripts.resolve("allocate.sh"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        assertThat(refusal("./allocate.sh")).endsWith("allocate.sh, which is not executable");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        try (AdhocStage stage = AdhocStage.of(folder, "./allocate.sh")) {
            assertThat(stage.failure()).hasMessageStartingWith("allocate ended without giving an ADDRESS");
        }
    }

    @Test
    void settingsOfTheOtherContractAreRefusedWithTheirPlaces() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> AdhocStage.of(folder, "ADDRESS x", Map.of("create", "x", "list", "y"))))
                .hasMessageMatching("(?s).*:\\d+:\\d+: 'create' belongs to 'contract: commands'.*; .*:\\d+:\\d+: 'list'"
                        + " belongs to .*");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() ->
                        new AdhocStage(folder, Map.of(), AdhocStage.profile().build())))
                .hasMessageContaining("'contract: adhoc' needs 'allocate'");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> AdhocStage.of(folder, "ADDRESS x", Map.of("kill-timeout", "0s"))))
                .hasMessageContaining("kill-timeout must be more than zero");
    }

    private String refusal(String allocate) {
        return String.valueOf(org.assertj.core.api.Assertions.catchThrowable(() -> AdhocStage.of(folder, allocate))
                .getMessage());
    }

    private static String where(AdhocStage stage) {
        return "(all of its output is in " + stage.folder().resolve("allocate.log") + ")";
    }

    /** Longer than the creation's time. */
    private static Map<String, Object> noRetry() {
        return Map.of("retry-delay", "1h");
    }
}
