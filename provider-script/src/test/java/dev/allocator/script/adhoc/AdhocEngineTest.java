package dev.allocator.script.adhoc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.allocator.AllocationException;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.DiscardException;
import dev.allocator.Lease;
import dev.allocator.LeaseInfo;
import dev.allocator.event.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scripts from a configuration file, run by the whole engine. */
@Timeout(120)
class AdhocEngineTest {

    /** Unlike any text in the classes that the state directory has copies of. */
    private final String canary = UUID.randomUUID().toString();

    private final String secret = canary + " it's $HOME";

    @TempDir
    Path folder;

    private final List<String> progress = new CopyOnWriteArrayList<>();

    @BeforeEach
    void configure() throws IOException {
        Files.writeString(folder.resolve("allocator.yaml"), """
                providers:
                  lab:
                    type: script
                    contract: adhoc
                    retry-delay: 200ms
                    allocate: |
                      echo "trying with $SPREAD_SYSTEM_PASSWORD" as "$SPREAD_SYSTEM_USERNAME"
                      while [ -e hold ]; do sleep 0.1; done
                      if [ -e broken ]; then FATAL "broken by $SPREAD_SYSTEM_PASSWORD"; fi
                      if ! [ -e tried ]; then touch tried; ERROR "no room for $SPREAD_SYSTEM"; fi
                      ADDRESS 127.0.0.1:1
                    discard: |
                      if [ -e stuck ]; then echo "$SPREAD_SYSTEM_PASSWORD"; ERROR "it is stuck"; fi
                      echo "$SPREAD_SYSTEM_ADDRESS" >> discarded
                profiles:
                  demo:
                    provider: lab
                    readiness: none
                    login: {user: tester, password: "%s"}
                """.formatted(secret.replace("$", "$$")));
    }

    private Allocator open() {
        Allocator allocator = Allocator.open(AllocatorOptions.builder()
                .configFile(folder.resolve("allocator.yaml"))
                .workingDirectory(folder)
                .stateDirectory(folder.resolve("state"))
                .environment(Map.of("PATH", System.getenv("PATH"), "HOME", folder.toString()))
                .build());
        allocator.on(Progress.class, event -> progress.add(event.message()));
        return allocator;
    }

    private Path evidence(Lease lease) {
        return folder.resolve("state/evidence").resolve(lease.id().value());
    }

    @Test
    void aRetryIsToldAndALogIsKeptAndADiscardThatFailedIsRepeated() throws Exception {
        try (Allocator allocator = open()) {
            Lease lease = allocator.allocate("demo");
            assertThat(lease.endpoint().orElseThrow().address()).hasToString("127.0.0.1:1");
            assertThat(progress)
                    .anySatisfy(line -> assertThat(line)
                            .startsWith(
                                    "allocate is tried again in 200ms: allocate said ERROR: no room for demo (all of"
                                            + " its output is in "
                                            + evidence(lease).resolve("allocate.log")));
            assertThat(evidence(lease).resolve("allocate.log"))
                    .content()
                    .contains("allocate, run 1 ==", "trying with *** as tester", "allocate, run 2 ==");

            Files.createFile(folder.resolve("stuck"));
            DiscardException stuck = catchThrowableOfType(DiscardException.class, lease::discard);
            assertThat(stuck).hasMessageContaining("discard of 127.0.0.1:1 said ERROR: it is stuck ");
            LeaseInfo kept = allocator.leases().stream()
                    .filter(info -> info.id().equals(lease.id()))
                    .findFirst()
                    .orElseThrow();
            assertThat(kept.problem())
                    .hasValueSatisfying(problem ->
                            assertThat(problem).startsWith("discard of 127.0.0.1:1 said ERROR: it is stuck "));
            assertThat(kept.nextTry()).isPresent();
            assertThat(evidence(lease).resolve("discard.log"))
                    .content()
                    .contains("discard, run 1 ==", "***\n", "<ERROR it is stuck>");
            assertNoSecret();

            Files.delete(folder.resolve("stuck"));
            lease.discard();
            assertThat(allocator.leases()).isEmpty();
            assertThat(folder.resolve("discarded")).hasContent("127.0.0.1:1");
            assertThat(folder.resolve("state/machines/lab")).isEmptyDirectory();
        }
        assertNoSecret();
    }

    @Test
    void theLogGrowsWhileTheScriptRuns() throws Exception {
        Files.createFile(folder.resolve("hold"));
        try (Allocator allocator = open()) {
            CompletableFuture<Lease> lease =
                    allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
            await().until(() -> logs().stream().anyMatch(log -> log.contains("trying with *** as tester")));
            assertThat(lease).isNotDone();
            Files.delete(folder.resolve("hold"));
            lease.get().discard();
        }
    }

    @Test
    void aFailureSaysWhyAndWhereWithoutSecrets() throws Exception {
        Files.createFile(folder.resolve("broken"));
        try (Allocator allocator = open()) {
            AllocationException failure =
                    catchThrowableOfType(AllocationException.class, () -> allocator.allocate("demo"));
            assertThat(failure).hasMessageContaining("allocate said FATAL: broken by *** ");
            assertThat(org.assertj.core.util.Throwables.getStackTrace(failure)).doesNotContain(canary);
            assertThat(logs()).anySatisfy(log -> assertThat(log).contains("<FATAL broken by ***>"));
            assertThat(allocator.leases()).isEmpty();
            assertThat(folder.resolve("discarded")).doesNotExist();
        }
        assertNoSecret();
    }

    @Test
    void aCancelledAllocationEndsItsScript() throws Exception {
        Files.createFile(folder.resolve("hold"));
        try (Allocator allocator = open()) {
            CompletableFuture<Lease> lease =
                    allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
            await().until(() -> logs().stream().anyMatch(log -> log.contains("trying with")));
            lease.cancel(true);
            await().untilAsserted(() -> assertThat(allocator.leases()).isEmpty());
            assertThat(folder.resolve("state/machines/lab")).isEmptyDirectory();
        }
    }

    private List<String> logs() {
        List<String> logs = new ArrayList<>();
        Path evidence = folder.resolve("state/evidence");
        if (!Files.isDirectory(evidence)) {
            return logs;
        }
        try (Stream<Path> files = Files.walk(evidence)) {
            for (Path log : files.filter(file -> file.endsWith("allocate.log")).toList()) {
                logs.add(Files.readString(log));
            }
        } catch (IOException | UncheckedIOException e) {
            return logs; // it is just being made, or removed
        }
        return logs;
    }

    /** Everywhere but in the configuration, and in what only the user can read of a machine. */
    private void assertNoSecret() throws IOException {
        assertThat(progress).noneMatch(line -> line.contains(canary));
        try (Stream<Path> files = Files.walk(folder.resolve("state"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                if (content.contains(canary)) {
                    assertThat(file.startsWith(folder.resolve("state/machines"))
                                    || file.startsWith(folder.resolve("state/blobs")))
                            .as(file.toString())
                            .isTrue();
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .as(file.toString())
                            .isEqualTo("rw-------");
                }
            }
        }
    }
}
