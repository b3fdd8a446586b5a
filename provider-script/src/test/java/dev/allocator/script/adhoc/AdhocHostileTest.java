package dev.allocator.script.adhoc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scripts that do not end, leave processes, print too much, or print what is secret. */
@Timeout(180)
class AdhocHostileTest {

    private static final Map<String, Object> ONE_SECOND = Map.of("kill-timeout", "1s", "retry-delay", "1h");

    @TempDir
    Path folder;

    @Test
    void aScriptThatTakesTooLongIsStoppedWithAllThatItStarted() throws Exception {
        for (String allocate : List.of(
                "ADDRESS host:1; sleep 300",
                "ADDRESS host:1; trap '' TERM; sleep 300; sleep 300",
                "ADDRESS host:1; (trap '' TERM; while :; do sleep 1; done) & (trap '' TERM; sleep 300); wait",
                "ADDRESS host:1; exec sleep 300",
                "ADDRESS host:1; for i in $(seq 40); do sleep 300 & done; wait",
                "ADDRESS host:1; while :; do :; done")) {
            try (AdhocStage stage = AdhocStage.of(folder, allocate, ONE_SECOND)) {
                ProviderException failure = stage.failure();
                assertThat(failure)
                        .as(allocate)
                        .hasMessageMatching("allocate was stopped as it had not ended after 1s; the last it printed: .*"
                                + " \\(all of its output is in /.*/allocate.log\\)");
                assertThat(failure.kind()).isEqualTo(Kind.RETRYABLE);
                assertThat(stage.processes()).as(allocate).isEmpty();
                assertThat(stage.discarded()).as("that is for whoever destroys").isEmpty();
                stage.destroy();
                assertThat(stage.discarded()).as(allocate).containsExactly("host:1");
                Files.delete(stage.scripts.resolve("discarded"));
            }
        }
    }

    @Test
    void aScriptThatIsStoppedMayCleanUp() throws Exception {
        String allocate = """
                trap 'sleep 0.5; echo cleaned > cleaned' EXIT
                echo begun
                sleep 300
                """;
        try (AdhocStage stage = AdhocStage.of(folder, allocate, ONE_SECOND)) {
            assertThat(stage.failure()).hasMessageStartingWith("allocate was stopped ");
            assertThat(stage.scripts.resolve("cleaned")).hasContent("cleaned");
        }
    }

    @Test
    void theDeadlineOfTheCreationStopsItToo() throws Exception {
        try (AdhocStage stage = AdhocStage.of(folder, "sleep 300")) {
            stage.limit = Duration.ofMillis(700);
            assertThat(stage.failure()).hasMessageStartingWith("allocate was stopped as there was no time left; ");
            assertThat(stage.processes()).isEmpty();
        }
    }

    @Test
    void whatIsLateIsMentionedAgainAndAgain() throws Exception {
        try (AdhocStage stage = AdhocStage.of(
                folder, "while [ ! -e go ]; do sleep 0.1; done; ADDRESS host:1", Map.of("warn-timeout", "100ms"))) {
            Thread watcher = new Thread(() -> {
                await().until(() -> stage.progress.size() >= 2);
                try {
                    Files.createFile(stage.scripts.resolve("go"));
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            watcher.start();
            stage.create();
            watcher.join();
            assertThat(stage.progress.get(0))
                    .isEqualTo("allocate (its output is in " + stage.folder().resolve("allocate.log")
                            + ") still runs after 100ms");
            assertThat(stage.progress.get(1)).endsWith(" still runs after 200ms");
        }
    }

    @Test
    void itsEndCountsNotThatOfItsOutput() throws Exception {
        String allocate = "sleep 300 & setsid sleep 301 & ADDRESS host:1";
        try (AdhocStage stage = AdhocStage.of(folder, allocate)) {
            stage.create();
            assertThat(stage.processes()).as("the machine may be one of these").hasSize(2);
            stage.destroy();
            assertThat(stage.processes())
                    .as("what went to a session of its own may serve others")
                    .singleElement()
                    .asString()
                    .contains("sleep, 301");
            end(stage);
        }
    }

    private static void end(AdhocStage stage) throws Exception {
        stage.bench.context().processes().tagged().stream()
                .filter(process -> process.machine().equals(stage.machine()))
                .forEach(process -> process.process().kill());
    }

    @Test
    void muchOutputIsCutAndTheResultIsFoundAllTheSame() throws Exception {
        for (String[] example : new String[][] {
            {"yes 'a long line of output' | head -c 100000000; ADDRESS host:1", ""},
            {"head -c 40000000 /dev/zero; ADDRESS host:1", ""},
            {"ADDRESS host:1; head -c 40000000 /dev/zero | tr '\\0' '\\n'", ""},
            {"head -c 40000000 /dev/urandom; FATAL enough", "allocate said FATAL: enough"}
        }) {
            try (AdhocStage stage = AdhocStage.of(folder, example[0])) {
                if (example[1].isEmpty()) {
                    assertThat(stage.create().address().orElseThrow())
                            .as(example[0])
                            .hasToString("host:1");
                } else {
                    assertThat(stage.failure()).hasMessageStartingWith(example[1]);
                }
                assertThat(Files.size(stage.folder().resolve("allocate.log"))).isLessThan(17 << 20);
                assertThat(Files.size(stage.folder().resolve("allocate-1.out"))).isLessThanOrEqualTo(16 << 20);
            }
        }
    }

    @Test
    void anAddressThatItsFunctionWasGivenIsDiscardedThoughTheOutputHidesIt() throws Exception {
        try (AdhocStage stage = AdhocStage.of(
                folder,
                "{ set +x; } 2>/dev/null; printf 'no line break'; ADDRESS host:1",
                Map.of("retry-delay", "1h"))) {
            assertThat(stage.failure()).hasMessageStartingWith("allocate ended without giving an ADDRESS");
            stage.destroy();
            assertThat(stage.discarded()).containsExactly("host:1");
        }
    }

    @Test
    void withoutAnAddressNothingIsDiscarded() throws Exception {
        try (AdhocStage stage = AdhocStage.of(folder, "echo '<ADDRESS>'; ADDRESS; false", ONE_SECOND)) {
            assertThat(stage.failure()).hasMessageStartingWith("allocate failed with status 1");
            stage.destroy();
            assertThat(stage.discarded()).isEmpty();
        }
    }

    @Test
    void aDiscardThatHangsIsStoppedAndOwed() throws Exception {
        Map<String, Object> settings = Map.of(
                "allocate",
                "ADDRESS host:1",
                "discard",
                "[ -e mended ] || { trap '' TERM; sleep 300; }\n" + AdhocStage.DISCARD,
                "kill-timeout",
                "1s");
        try (AdhocStage stage =
                new AdhocStage(folder, settings, AdhocStage.profile().build())) {
            stage.create();
            assertThat(org.assertj.core.api.Assertions.catchThrowable(stage::destroy))
                    .hasMessageStartingWith("discard was stopped as it had not ended after 1s");
            assertThat(stage.processes()).isEmpty();
            Files.createFile(stage.scripts.resolve("mended"));
            stage.destroy();
            assertThat(stage.discarded()).containsExactly("host:1");
        }
    }

    @Test
    void aSuccessfulDiscardIsNotRepeated() throws Exception {
        try (AdhocStage stage = AdhocStage.of(folder, "ADDRESS host:1")) {
            stage.create();
            stage.bench.provider().destroy(stage.plan.ref());
            stage.bench.provider().destroy(stage.plan.ref());
            assertThat(stage.discarded()).containsExactly("host:1");
        }
    }

    @Test
    void noSecretShows() throws Exception {
        String allocate = """
                echo "the password is $SPREAD_SYSTEM_PASSWORD"
                printf '%q\\n' "$SPREAD_SYSTEM_PASSWORD"
                declare -p SPREAD_SYSTEM_PASSWORD
                : "${SPREAD_SYSTEM_PASSWORD@Q}" $SPREAD_SYSTEM_PASSWORD
                [[ x != "$SPREAD_SYSTEM_PASSWORD" ]]
                ADDRESS "root:$SPREAD_SYSTEM_PASSWORD@host"
                ERROR "cannot use $SPREAD_SYSTEM_PASSWORD"
                """;
        try (AdhocStage stage = AdhocStage.of(folder, allocate, Map.of("retry-delay", "1h"))) {
            ProviderException failure = stage.failure();
            assertThat(failure).hasMessageStartingWith("allocate said ERROR: cannot use *** (");
            assertThat(stage.log()).doesNotContain("HOME", "für", "100").contains("the password is ***");
            stage.destroy();
            assertThat(stage.discarded()).as("an address has no spaces").isEmpty();
        }
    }

    @Test
    void anAddressWithThePasswordIsNotShownButDiscardedAsItIs() throws Exception {
        String allocate = "ADDRESS \"root:$SPREAD_PASSWORD@host:port\"";
        try (AdhocStage stage = new AdhocStage(
                folder,
                Map.of("allocate", allocate),
                dev.allocator.Profile.named("p", "adhoc-test").build())) {
            assertThat(stage.failure())
                    .hasMessageStartingWith("allocate gave an ADDRESS that is none: 'root:***@host:port' (expected ");
            stage.destroy();
            assertThat(stage.discarded()).singleElement().asString().matches("root:[A-Za-z0-9]{24}@host:port");
        }
    }

    @Test
    void onlyItsUserCanReadWhatIsKept() throws Exception {
        try (AdhocStage stage = AdhocStage.of(folder, "umask 000; ADDRESS host:1")) {
            stage.create();
            try (Stream<Path> files = Files.list(stage.folder())) {
                assertThat(files.filter(file -> !file.toString().endsWith(".pid"))
                                .toList())
                        .isNotEmpty()
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .as(file.toString())
                                        .isEqualTo("rw-------"));
            }
        }
    }

    @Test
    void anInterruptedCreationEndsItsScript() throws Exception {
        try (AdhocStage stage = AdhocStage.of(folder, "ADDRESS host:1; echo > begun; sleep 300")) {
            Thread self = Thread.currentThread();
            Thread interrupter = new Thread(() -> {
                await().until(() -> Files.exists(stage.scripts.resolve("begun")));
                self.interrupt();
            });
            interrupter.start();
            assertThat(org.assertj.core.api.Assertions.catchThrowable(stage::create))
                    .isInstanceOf(InterruptedException.class);
            interrupter.join();
            assertThat(stage.processes()).isEmpty();
            stage.destroy();
            assertThat(stage.discarded()).containsExactly("host:1");
        }
    }
}
