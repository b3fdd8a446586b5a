package dev.allocator.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.CleanupRequest;
import dev.allocator.Lease;
import dev.allocator.core.store.FileStore;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Transaction;
import dev.allocator.testkit.LeakJudge;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two realms on one host leave each other alone. */
@Timeout(120)
class TwoRealmsTest {

    @TempDir
    Path temp;

    private Allocator open(Path state) {
        return Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(state)
                .profile(CrashProgram.cheap())
                .build());
    }

    @Test
    void cleanupLeavesOtherRealmsAndUntaggedProcessesAlone() throws Exception {
        Requirement.programs();
        Path first = temp.resolve("first");
        Path second = temp.resolve("second");
        try (Bystanders bystanders = Bystanders.plant(temp.resolve("third"));
                Allocator other = open(second)) {
            Lease attached = other.allocate("cheap");
            Lease detached = other.allocate("cheap");
            detached.renew(java.time.Duration.ofHours(1));
            detached.detach();
            try (Allocator allocator = open(first)) {
                Lease kept = allocator.allocate("cheap");
                Lease lost = allocator.allocate("cheap");
                lost.detach();
                forget(first, lost);

                assertThat(allocator
                                .cleanup(CleanupRequest.everything().dryRun())
                                .entries())
                        .filteredOn(entry -> entry.outcome() == Outcome.DESTROYED)
                        .hasSize(1);
                assertThat(lives(lost)).as("after the dry run").isTrue();

                assertThat(allocator.cleanup().entries())
                        .filteredOn(entry -> entry.outcome() == Outcome.DESTROYED)
                        .singleElement()
                        .satisfies(entry -> assertThat(entry.subject())
                                .contains(lost.info().machine().orElseThrow().value()));
                assertThat(lives(lost)).isFalse();
                assertThat(lives(kept)).as("of this realm, with an owner").isTrue();
                assertThat(lives(attached)).as("of the other realm").isTrue();
                assertThat(lives(detached)).as("of the other realm, detached").isTrue();
                bystanders.requireUntouched();
            }
            assertThat(lives(attached)).as("after the first realm closed").isTrue();
            bystanders.requireUntouched();
            detached.discard();
        }
        LeakJudge.of(first).timekeeperMayLinger().awaitClean(CrashRun.GONE);
        LeakJudge.of(second).timekeeperMayLinger().awaitClean(CrashRun.GONE);
    }

    private static boolean lives(Lease lease) {
        return ProcessHandle.of(Long.parseLong(lease.attributes().get("pid")))
                .flatMap(process -> process.info().command())
                .isPresent();
    }

    /** As if its records had been lost: the machine has none any more. */
    private static void forget(Path state, Lease lease) {
        try (FileStore store = FileStore.open(state)) {
            assertThat(store.commit(Transaction.builder()
                            .delete(new RecordKey("lease", lease.id().value()))
                            .delete(new RecordKey(
                                    "machine",
                                    lease.info().machine().orElseThrow().value()))
                            .delete(new RecordKey(
                                    "address",
                                    lease.endpoint().orElseThrow().address().toString()))
                            .build()))
                    .isTrue();
            store.deleteBlob("lease-" + lease.id());
        }
    }
}
