package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.Allocator;
import dev.allocator.CleanupReport.Entry;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.CleanupRequest;
import dev.allocator.EndReason;
import dev.allocator.Lease;
import dev.allocator.StoreException;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CleanupTest extends EngineTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private void edit(RecordKey key, Consumer<ObjectNode> change) {
        try (Store store = store()) {
            StoredRecord before = store.get(key).orElseThrow();
            ObjectNode tree = (ObjectNode) JSON.readTree(before.json());
            change.accept(tree);
            assertThat(store.commit(Transaction.builder()
                            .ifRevision(key, before.revision())
                            .put(key, tree.toString())
                            .build()))
                    .isTrue();
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private String content(RecordKey key) {
        try (Store store = store()) {
            return store.get(key).orElseThrow().json();
        }
    }

    private static RecordKey record(Lease lease) {
        return new RecordKey("lease", lease.id().value());
    }

    private static RecordKey machineRecord(Lease lease) {
        return new RecordKey("machine", lease.info().machine().orElseThrow().value());
    }

    private static ObjectNode owner(ObjectNode lease) {
        return (ObjectNode) lease.get("owner");
    }

    private void damage(RecordKey key) throws IOException {
        Path file = state().resolve("records").resolve(key.kind()).resolve(key.name() + ".json");
        Files.writeString(file, "{\"half");
    }

    @Test
    void thereIsNothingToDoAtFirst() {
        assertThat(entries(open().cleanup())).isEmpty();
    }

    @Test
    void leasesOfLivingOwnersAreLeft() {
        Lease lease = open(demo().build()).allocate("demo");
        assertThat(entries(open().cleanup())).isEmpty();
        assertThat(lease.exec("true").succeeded()).isTrue();
    }

    @Test
    void aDeadOwnersLeaseEndsAndADryRunChangesNothing() {
        Lease lease = open(demo().build()).allocate("demo");
        edit(
                record(lease),
                tree -> owner(tree).put("token", "1-1-dead").put("pid", 1).put("start", 1));
        Allocator other = open();
        String before = content(record(lease));

        assertThat(entries(other.cleanup(CleanupRequest.everything().dryRun())))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.outcome()).isEqualTo(Outcome.DESTROYED);
                    assertThat(entry.subject()).contains(lease.id().value());
                    assertThat(entry.reason()).contains("is dead");
                });
        assertThat(content(record(lease))).isEqualTo(before);
        assertThat(host.machines()).hasSize(1);

        assertThat(entries(other.cleanup()))
                .singleElement()
                .extracting(Entry::outcome)
                .isEqualTo(Outcome.DESTROYED);
        assertNothingLeft();
        assertThat(other.ended().get(0).reason()).isEqualTo(EndReason.OWNER_DIED);
    }

    @Test
    void ownersOfOtherHostsAreNotJudged() {
        Lease lease = open(demo().build()).allocate("demo");
        edit(record(lease), tree -> owner(tree).put("token", "1-1-dead").put("host", "another"));
        assertThat(entries(open().cleanup())).singleElement().satisfies(entry -> {
            assertThat(entry.outcome()).isEqualTo(Outcome.LEFT);
            assertThat(entry.reason()).contains("may live on another host");
        });
        assertThat(host.machines()).hasSize(1);
    }

    @Test
    void anotherProcessIsDeadOnlyOnceItIs() throws Exception {
        Lease lease = open(demo().build()).allocate("demo");
        try (Fork fork = Fork.start(folder, OwnerProgram.class, state().toString())) {
            String[] owner = fork.awaitLine().split(" ");
            edit(
                    record(lease),
                    tree -> owner(tree)
                            .put("token", owner[0])
                            .put("pid", Long.parseLong(owner[1]))
                            .put("start", Long.parseLong(owner[2])));
            Allocator other = open();
            assertThat(entries(other.cleanup())).isEmpty();
            fork.kill();
            assertThat(entries(other.cleanup())).hasSize(1);
            assertThat(files("owners")).noneMatch(file -> file.endsWith(owner[0]));
        }
        assertNothingLeft();
    }

    @Test
    void anOwnerInAnotherPidNamespaceIsLeftEvenOnceItIsDead() throws Exception {
        Lease lease = open(demo().build()).allocate("demo");
        try (Fork fork = Fork.inPidNamespace(folder, OwnerProgram.class, state().toString())) {
            String[] owner = fork.awaitLine().split(" ");
            assertThat(Long.parseLong(owner[1])).isLessThan(10); // its own count of processes
            edit(
                    record(lease),
                    tree -> owner(tree)
                            .put("token", owner[0])
                            .put("pid", Long.parseLong(owner[1]))
                            .put("start", Long.parseLong(owner[2]))
                            .put("namespace", owner[3]));
            Allocator other = open();
            assertLeft(other, lease);
            fork.kill();
            assertLeft(other, lease); // nothing proves it
            now.set(Instant.now().plus(Duration.ofDays(400)));
            assertLeft(other, lease); // nor a clock that is set
            assertThat(files("owners")).anyMatch(file -> file.endsWith(owner[0]));
        }
        assertThat(lease.exec("true").succeeded()).isTrue();
    }

    private static void assertLeft(Allocator allocator, Lease lease) {
        assertThat(entries(allocator.cleanup())).singleElement().satisfies(entry -> {
            assertThat(entry.subject()).contains(lease.id().value());
            assertThat(entry.outcome()).isEqualTo(Outcome.LEFT);
            assertThat(entry.reason()).contains("in another pid namespace").contains("counts as dead 1d after");
        });
    }

    @Test
    void expiredLeasesEnd() {
        Allocator allocator = open(demo().build());
        Lease lease = allocator.allocate("demo");
        lease.renew(Duration.ofMinutes(1));
        lease.detach();
        now.set(Instant.now().plus(Duration.ofMinutes(2)));
        assertThat(entries(open().cleanup()))
                .allSatisfy(entry -> assertThat(entry.reason()).contains("expired"));
        assertNothingLeft();
        assertThat(allocator.ended().get(0).reason()).isEqualTo(EndReason.EXPIRED);
    }

    @Test
    void aMachineOfThisRealmWithoutARecordIsDestroyed() {
        Lease lease = open(demo().build()).allocate("demo");
        RecordKey machine = machineRecord(lease);
        try (Store store = store()) {
            store.commit(
                    Transaction.builder().delete(record(lease)).delete(machine).build());
        }
        Allocator other = open();
        assertThat(entries(other.cleanup(CleanupRequest.everything().dryRun())))
                .singleElement()
                .satisfies(entry -> assertThat(entry.reason()).isEqualTo("it has no record"));
        assertThat(host.machines()).hasSize(1);
        other.cleanup();
        assertThat(host.machines()).isEmpty();
        assertThat(files("blobs")).isEmpty();
        assertThat(files("machines")).isEmpty();
    }

    @Test
    void machinesOfOtherRealmsAreReportedAndLeft() {
        Allocator foreign = open(options(demo().build()).stateDirectory(folder.resolve("elsewhere")));
        foreign.allocate("demo");
        assertThat(entries(open().cleanup())).singleElement().satisfies(entry -> {
            assertThat(entry.outcome()).isEqualTo(Outcome.LEFT);
            assertThat(entry.reason()).contains("realm");
        });
        assertThat(host.machines()).hasSize(1);
    }

    @Test
    void anUnreadableMachineRecordProtectsItsMachine() throws Exception {
        Allocator allocator = open(demo().ttl(Duration.ofMinutes(1)).build());
        Lease lease = allocator.allocate("demo");
        lease.detach();
        damage(machineRecord(lease));
        Allocator other = open();
        assertThat(entries(other.cleanup())).singleElement().satisfies(entry -> {
            assertThat(entry.outcome()).isEqualTo(Outcome.LEFT);
            assertThat(entry.reason()).contains("its machine is left alone");
        });
        now.set(Instant.now().plus(Duration.ofHours(1)));
        assertThat(entries(other.cleanup()))
                .extracting(Entry::outcome)
                .containsExactlyInAnyOrder(Outcome.LEFT, Outcome.FAILED);
        assertThat(host.machines()).hasSize(1);
        assertThat(onlyLease(other).problem())
                .hasValueSatisfying(why -> assertThat(why).contains("damaged"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"damaged", "future", "nonsense"})
    void anUnreadableLeaseRecordProtectsItsMachine(String how) throws Exception {
        Allocator allocator = open(demo().build());
        Lease lease = allocator.allocate("demo");
        switch (how) {
            case "damaged" -> damage(record(lease));
            case "future" -> edit(record(lease), tree -> tree.put("format", 99));
            default -> edit(record(lease), tree -> tree.put("created", "yesterday"));
        }
        Lease second = allocator.allocate("demo");
        now.set(Instant.now().plus(Duration.ofDays(300)));
        Allocator other = open();
        assertThat(other.leases())
                .singleElement()
                .satisfies(info -> assertThat(info.id()).isEqualTo(second.id()));
        assertThat(entries(other.cleanup())).singleElement().satisfies(entry -> {
            assertThat(entry.outcome()).isEqualTo(Outcome.LEFT);
            assertThat(entry.subject()).contains(lease.id().value());
            assertThat(entry.reason()).contains("its machine is left alone");
        });
        assertThat(host.machines()).hasSize(2);
        assertThat(files("blobs")).hasSize(2);
        assertThatThrownBy(() -> other.lease(lease.id()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("left alone");
        assertThatThrownBy(lease::discard).isInstanceOf(StoreException.class).hasMessageContaining("left alone");
        forget(lease);
    }

    /** Deletes what cannot be read, so that the allocator can be closed. */
    private void forget(Lease lease) {
        try (Store store = store()) {
            store.commit(Transaction.builder().delete(record(lease)).build());
        }
    }

    @Test
    void damagedSecretsKeepNobodyFromDiscarding() throws Exception {
        Lease lease = open(demo().build()).allocate("demo");
        Files.writeString(files("blobs").get(0), "{\"half");
        Lease same = open().lease(lease.id()).orElseThrow();
        assertThat(same.endpoint()).isEmpty();
        same.discard();
        assertNothingLeft();
    }

    @Test
    void fieldsOfTheFutureSurvive() {
        Lease lease = open(demo().build()).allocate("demo");
        edit(record(lease), tree -> tree.putObject("future").put("a", 1));
        edit(machineRecord(lease), tree -> tree.put("future", true));
        lease.renew(Duration.ofHours(1));
        lease.detach();
        assertThat(content(record(lease))).contains("\"future\":{\"a\":1}");
        assertThat(content(machineRecord(lease))).contains("\"future\":true");
    }
}
