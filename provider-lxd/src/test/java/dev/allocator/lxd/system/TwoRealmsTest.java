package dev.allocator.lxd.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.CleanupReport.Entry;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.CleanupRequest;
import dev.allocator.Lease;
import dev.allocator.MachineId;
import dev.allocator.Readiness;
import dev.allocator.RealmId;
import dev.allocator.core.store.FileStore;
import dev.allocator.lxd.LxdHost;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.Transaction;
import dev.allocator.testkit.LeakJudge;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Instances of two realms, and one of nobody, in one project of LXD. */
@Timeout(120)
class TwoRealmsTest {

    @TempDir
    Path root;

    private Allocator open(LxdHost host, String state) {
        return Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(root.resolve(state))
                .provider("lxd", "lxd", host.settings())
                .profile(host.container("demo").readiness(Readiness.none()).build())
                .build());
    }

    /** Loses its records, as no program does. */
    private void forget(String state, Lease lease) {
        try (Store store = FileStore.open(root.resolve(state))) {
            store.commit(Transaction.builder()
                    .delete(new RecordKey("lease", lease.id().value()))
                    .delete(new RecordKey("machine", machine(lease).value()))
                    .build());
        }
    }

    private RealmId realm(String state) {
        try (Store store = FileStore.open(root.resolve(state))) {
            return store.realm();
        }
    }

    private static MachineId machine(Lease lease) {
        return lease.info().machine().orElseThrow();
    }

    @Test
    void cleaningUpOneLeavesTheOthersAlone() {
        try (LxdHost host = LxdHost.require();
                Allocator mine = open(host, "mine");
                Allocator yours = open(host, "yours")) {
            host.launchUntagged("nobodys");
            Lease kept = mine.allocate("demo");
            Lease lost = mine.allocate("demo");
            Lease theirs = yours.allocate("demo");
            forget("mine", lost);

            assertThat(mine.cleanup().entries())
                    .filteredOn(entry -> entry.outcome() == Outcome.DESTROYED)
                    .singleElement()
                    .extracting(Entry::reason)
                    .isEqualTo("it has no record");
            assertThat(host.outside(machine(lost))).isEmpty();
            assertThat(host.outside(machine(kept))).isPresent();
            assertThat(host.outside(machine(theirs))).isPresent();
            assertThat(host.instances()).contains("nobodys");

            // Only one who saw it may do more.
            CleanupRequest foreign = CleanupRequest.everything().realm(realm("yours"));
            assertThat(mine.cleanup(foreign.dryRun()).entries()).hasSize(1);
            assertThat(host.outside(machine(theirs))).isPresent();
            assertThat(mine.cleanup(foreign).entries())
                    .singleElement()
                    .extracting(Entry::outcome)
                    .isEqualTo(Outcome.DESTROYED);
            assertThat(host.outside(machine(theirs))).isEmpty();
            assertThat(host.outside(machine(kept))).isPresent();
            assertThat(host.instances()).contains("nobodys");
        }
    }

    @Test
    void aStaleRecordEndsWithoutAnInstance() {
        try (LxdHost host = LxdHost.require();
                Allocator mine = open(host, "mine")) {
            Lease lease = mine.allocate("demo");
            host.delete(host.outside(machine(lease)).orElseThrow().path("name").asText());
            host.launchUntagged("nobodys");
            lease.discard();
            assertThat(mine.leases()).isEmpty();
            assertThat(host.instances()).containsExactly("nobodys");
        }
        LeakJudge.of(root.resolve("mine")).timekeeperMayLinger().awaitClean(Duration.ofSeconds(10));
    }

    @Test
    void aStrangersInstanceOfTheSameNameIsLeftAlone() {
        try (LxdHost host = LxdHost.require();
                Allocator mine = open(host, "mine")) {
            Lease lease = mine.allocate("demo");
            String name =
                    host.outside(machine(lease)).orElseThrow().path("name").asText();
            host.delete(name);
            host.launchUntagged(name);
            lease.discard();
            assertThat(mine.leases()).isEmpty();
            assertThat(host.instances()).containsExactly(name);
        }
    }
}
