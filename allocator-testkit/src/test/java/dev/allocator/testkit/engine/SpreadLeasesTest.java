package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.CleanupRequest;
import dev.allocator.ConfigurationException;
import dev.allocator.EndReason;
import dev.allocator.HostAndPort;
import dev.allocator.Keep;
import dev.allocator.Lease;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases taken by a script of spread, which is the process that started this JVM, by a file that says so. */
class SpreadLeasesTest extends EngineTest {

    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final Duration GRACE = Duration.ofMinutes(15);

    private Path project;
    private Process later;
    private Allocator other;

    @BeforeEach
    void beASpreadProject() throws Exception {
        now.set(START);
        project = Files.createDirectory(folder.resolve("project")).toRealPath();
        Files.createFile(project.resolve("spread.yaml"));
        long parent = ProcessHandle.current().parent().orElseThrow().pid();
        Files.createFile(project.resolve(".spread-reuse." + parent + ".yaml"));
        other = open();
    }

    @AfterEach
    void endAll() {
        endTheLaterSpread();
        other.leases().forEach(lease -> other.lease(lease.id()).ifPresent(Lease::discard));
        other.close();
        await().atMost(SOON).until(() -> processesOf(state()).isEmpty()); // the timekeeper writes into it
    }

    private void endTheLaterSpread() {
        if (later != null) {
            later.descendants().forEach(ProcessHandle::destroyForcibly);
            later.destroyForcibly();
        }
    }

    private static List<Path> processesOf(Path state) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
            for (Path process : processes) {
                if (read(process.resolve("cmdline")).contains("\0" + state + "\0")) {
                    found.add(process);
                }
            }
        }
        return found;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it ended
        }
    }

    private AllocatorOptions.Builder spread(Map<String, String> more) {
        Map<String, String> environment = new java.util.HashMap<>(
                Map.of("HOME", folder.toString(), "SPREAD_BACKEND", "adhoc", "SPREAD_SYSTEM", "debian-12"));
        environment.putAll(more);
        return options(demo().build()).workingDirectory(project).environment(environment);
    }

    /** What the CLI does: a detached lease with a TTL of an hour. */
    private Lease allocate() {
        try (Allocator script = open(spread(Map.of()))) {
            Lease lease = script.allocate(AllocationRequest.forProfile("demo")
                    .ttl(Duration.ofHours(1))
                    .label("by", "me")
                    .build());
            lease.detach();
            return lease;
        }
    }

    private void edit(Lease lease, Consumer<ObjectNode> change) throws Exception {
        RecordKey key = new RecordKey("lease", lease.id().value());
        try (Store store = store()) {
            StoredRecord before = store.get(key).orElseThrow();
            ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(before.json());
            change.accept((ObjectNode) tree.get("spread"));
            assertThat(store.commit(Transaction.builder()
                            .ifRevision(key, before.revision())
                            .put(key, tree.toString())
                            .build()))
                    .isTrue();
        }
    }

    private void kill(Lease lease) throws Exception {
        edit(lease, spread -> spread.put("start", 1));
    }

    private void list() throws Exception {
        Files.writeString(
                project.resolve(".spread-reuse.yaml"),
                "backends:\n  adhoc:\n    systems:\n    - debian-12:\n        password: x\n        address: "
                        + onlyLease(other).address().orElseThrow() + "\n");
    }

    private boolean lives(Lease lease) {
        other.cleanup();
        return other.lease(lease.id()).isPresent();
    }

    private void after(Duration duration) {
        now.set(START.plus(duration));
    }

    @Test
    void oneThatIsKeptEndsByItsTimeAlsoWhileSpreadRuns() {
        Lease lease;
        try (Allocator script = open(spread(Map.of()))) {
            lease = script.allocate(AllocationRequest.forProfile("demo")
                    .ttl(Duration.ofHours(1))
                    .keep(Keep.ALWAYS)
                    .build());
        }
        assertThat(onlyLease(other).expires()).contains(START.plus(Duration.ofHours(1)));
        after(Duration.ofMinutes(59));
        assertThat(lives(lease)).isTrue();
        after(Duration.ofMinutes(61));
        assertThat(lives(lease)).isFalse();
    }

    @Test
    void usersSeeWhatItIsFor() {
        Lease lease = allocate();

        assertThat(onlyLease(other).labels())
                .containsExactly(
                        Map.entry("by", "me"),
                        Map.entry("spread.project", project.toString()),
                        Map.entry("spread.backend", "adhoc"),
                        Map.entry("spread.system", "debian-12"));
        assertThat(onlyLease(other).expires()).isEmpty();
        assertThat(lives(lease)).isTrue();
    }

    @Test
    void whileSpreadLivesItsTimeDoesNotRunOut() {
        Lease lease = allocate();
        after(Duration.ofDays(30));

        assertThat(lives(lease)).isTrue();
    }

    @Test
    void onceSpreadIsDeadItLastsForTheGracePeriodFromWhenThatWasSeen() throws Exception {
        Lease lease = allocate();
        kill(lease);
        after(Duration.ofHours(2));

        other.cleanup(CleanupRequest.everything().dryRun());
        assertThat(onlyLease(other).expires()).isEmpty();
        assertThat(lives(lease)).isTrue();
        assertThat(onlyLease(other).expires())
                .contains(START.plus(Duration.ofHours(2)).plus(GRACE));
        after(Duration.ofHours(2).plus(GRACE).minusSeconds(1));
        assertThat(lives(lease)).isTrue();
        after(Duration.ofHours(2).plus(GRACE));
        assertThat(lives(lease)).isFalse();

        assertNothingLeft();
        assertThat(other.ended().get(0).reason()).isEqualTo(EndReason.ABANDONED);
    }

    @Test
    void theGracePeriodCanBeSet() throws Exception {
        Lease lease;
        try (Allocator script = open(spread(Map.of("ALLOCATOR_SPREAD_GRACE", "2s")))) {
            lease = script.allocate("demo");
            lease.detach();
        }
        kill(lease);
        assertThat(lives(lease)).isTrue();
        after(Duration.ofSeconds(2));
        assertThat(lives(lease)).isFalse();

        Allocator mistaken = open(spread(Map.of("ALLOCATOR_SPREAD_GRACE", "soon")));
        assertThatThrownBy(() -> mistaken.allocate("demo"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ALLOCATOR_SPREAD_GRACE");
        assertNothingLeft();
    }

    @Test
    void aClockSetBackDoesNotStretchTheGracePeriod() throws Exception {
        Lease lease = allocate();
        kill(lease);
        after(Duration.ofDays(300));
        assertThat(lives(lease)).isTrue();
        after(Duration.ZERO);
        assertThat(lives(lease)).isTrue();
        after(GRACE);
        assertThat(lives(lease)).isFalse();
    }

    @Test
    void anotherBootOfTheHostProvesItsDeath() throws Exception {
        Lease lease = allocate();
        edit(lease, spread -> spread.put("boot", "another"));
        assertThat(lives(lease)).isTrue();
        after(GRACE);
        assertThat(lives(lease)).isFalse();
    }

    @Test
    void onAnotherHostOrInAnotherNamespaceTheTimeAloneCounts() throws Exception {
        for (String field : new String[] {"host", "namespace"}) {
            Lease lease = allocate();
            kill(lease);
            edit(lease, spread -> spread.put(field, "another"));
            Instant begin = now.get();
            now.set(begin.plus(Duration.ofMinutes(59)));
            assertThat(lives(lease)).isTrue();
            now.set(begin.plus(Duration.ofHours(1)));
            assertThat(lives(lease)).isFalse();
            assertThat(other.ended().get(0).reason()).isEqualTo(EndReason.EXPIRED);
        }
    }

    @Test
    void whatSpreadKeepsForReuseLastsForItsTime() throws Exception {
        Lease lease = allocate();
        kill(lease);
        list();
        after(Duration.ofMinutes(59));
        assertThat(lives(lease)).isTrue();
        assertThat(onlyLease(other).expires())
                .contains(START.plus(Duration.ofMinutes(59)).plus(GRACE));
        after(Duration.ofMinutes(59).plus(GRACE));
        assertThat(lives(lease)).isFalse();
        assertThat(other.ended().get(0).reason()).isEqualTo(EndReason.EXPIRED);
    }

    @Test
    void whatIsNoLongerKeptForReuseLastsNoLonger() throws Exception {
        Lease lease = allocate();
        kill(lease);
        list();
        assertThat(lives(lease)).isTrue();
        Files.delete(project.resolve(".spread-reuse.yaml"));
        after(GRACE);
        assertThat(lives(lease)).isFalse();
    }

    @Test
    void whileALaterSpreadUsesItItsTimeDoesNotRunOut() throws Exception {
        Lease lease = allocate();
        kill(lease);
        list();
        later = new ProcessBuilder("flock", ".spread-reuse.yaml", "sh", "-c", "echo $$; exec sleep 600")
                .directory(project.toFile())
                .start();
        assertThat(later.inputReader().readLine()).isNotEmpty();
        after(Duration.ofDays(3));

        assertThat(lives(lease)).isTrue();
        assertThat(onlyLease(other).expires()).isEmpty();
        now.set(now.get().plus(Duration.ofDays(3)));
        assertThat(lives(lease)).isTrue();

        endTheLaterSpread();
        later.waitFor();
        assertThat(lives(lease)).isTrue();
        now.set(now.get().plus(GRACE));
        assertThat(lives(lease)).isFalse();
    }

    @Test
    void renewingItAfterTheEndOfSpreadKeepsIt() throws Exception {
        Lease lease = allocate();
        kill(lease);
        assertThat(lives(lease)).isTrue();
        other.lease(lease.id()).orElseThrow().renew(Duration.ofHours(5));
        after(Duration.ofHours(5).minusSeconds(1));
        assertThat(lives(lease)).isTrue();
        after(Duration.ofHours(5));
        assertThat(lives(lease)).isFalse();
    }

    @Test
    void anAttachedLeaseEndsWithItsOwnerAsEver() throws Exception {
        Allocator script = open(spread(Map.of()));
        Lease lease = script.allocate(
                AllocationRequest.forProfile("demo").ttl(Duration.ofMinutes(5)).build());
        assertThat(lease.info().expires()).contains(START.plus(Duration.ofMinutes(5)));
        script.close();
        assertNothingLeft();
        HostAndPort address = lease.info().address().orElseThrow();
        assertThat(other.leaseAt(address.toString())).isEmpty();
    }
}
