package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.CleanupReport.Entry;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.CleanupRequest;
import dev.allocator.Lease;
import dev.allocator.Readiness;
import dev.allocator.RealmId;
import dev.allocator.core.store.FileStore;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.Transaction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real QEMUs of two realms, and one of nobody, on one host. */
class TwoRealmsTest {

    @TempDir
    Path root;

    private Allocator open(String state) {
        return Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .workingDirectory(root)
                .stateDirectory(root.resolve(state))
                .provider("qemu", "qemu", Map.of("boot-slots", 8)) // its guests never wake
                .environment(Map.of("HOME", root.toString(), "PATH", System.getenv("PATH")))
                .profile(Fixtures.profile(root.resolve("tiny.img").toString())
                        .readiness(Readiness.none())
                        .setting("accel", "tcg")
                        .build())
                .build());
    }

    private Process untagged() throws Exception {
        return new ProcessBuilder(List.of(
                        "qemu-system-x86_64",
                        "-machine",
                        "none",
                        "-nodefaults",
                        "-display",
                        "none",
                        "-uuid",
                        UUID.randomUUID().toString()))
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("untagged.log").toFile())
                .start();
    }

    /** Loses its records, as no program does. */
    private void forget(String state, Lease lease) {
        try (Store store = FileStore.open(root.resolve(state))) {
            store.commit(Transaction.builder()
                    .delete(new RecordKey("lease", lease.id().value()))
                    .delete(new RecordKey(
                            "machine", lease.info().machine().orElseThrow().value()))
                    .build());
        }
    }

    private RealmId realm(String state) {
        try (Store store = FileStore.open(root.resolve(state))) {
            return store.realm();
        }
    }

    private static ProcessHandle qemu(Lease lease) {
        return ProcessHandle.of(Long.parseLong(lease.attributes().get("pid"))).orElseThrow();
    }

    @Test
    void cleaningUpOneLeavesTheOthersAlone() throws Exception {
        Fixtures.requireQemu();
        Fixtures.haltingDisk(root.resolve("tiny.img"));
        Process nobodys = untagged();
        try (Allocator mine = open("mine");
                Allocator yours = open("yours")) {
            Lease kept = mine.allocate("tiny");
            Lease lost = mine.allocate("tiny");
            Lease theirs = yours.allocate("tiny");
            ProcessHandle lostQemu = qemu(lost);
            forget("mine", lost);

            assertThat(mine.cleanup().entries())
                    .filteredOn(entry -> entry.outcome() != Outcome.LEFT)
                    .extracting(Entry::reason)
                    .satisfiesExactly(
                            machine -> assertThat(machine).isEqualTo("it has no record"),
                            room -> assertThat(room).contains("has no record"));
            await().atMost(Duration.ofSeconds(10)).until(() -> !lostQemu.isAlive());
            assertThat(qemu(kept).isAlive()).isTrue();
            assertThat(qemu(theirs).isAlive()).isTrue();
            assertThat(nobodys.isAlive()).isTrue();

            // Only one who saw it may do more.
            CleanupRequest foreign = CleanupRequest.everything().realm(realm("yours"));
            assertThat(mine.cleanup(foreign.dryRun()).entries()).hasSize(1);
            assertThat(qemu(theirs).isAlive()).isTrue();
            ProcessHandle theirQemu = qemu(theirs);
            assertThat(mine.cleanup(foreign).entries())
                    .singleElement()
                    .extracting(Entry::outcome)
                    .isEqualTo(Outcome.DESTROYED);
            await().atMost(Duration.ofSeconds(10)).until(() -> !theirQemu.isAlive());
            assertThat(qemu(kept).isAlive()).isTrue();
            assertThat(nobodys.isAlive()).isTrue();
        } finally {
            nobodys.destroyForcibly().waitFor();
        }
    }
}
