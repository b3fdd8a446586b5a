package dev.allocator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Allocator;
import dev.allocator.AllocatorException;
import dev.allocator.CleanupReport;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.CleanupRequest;
import dev.allocator.Lease;
import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Machines of other realms, of copied stores, and folders without machines. */
class CleanupByRealmTest extends ScriptedEngine {

    private final RealmId foreign = RealmId.random();

    private static CleanupRequest of(RealmId realm) {
        return CleanupRequest.everything().realm(realm);
    }

    private MachineId foreignMachine() {
        MachineId id = MachineId.random();
        provider.machines.put(id, foreign);
        return id;
    }

    @Test
    void aForeignRealmIsTouchedOnlyAfterADryRunOfIt() throws Exception {
        Allocator allocator = open();
        Lease own = allocator.allocate("demo");
        MachineId theirs = foreignMachine();
        provider.machines.put(MachineId.random(), RealmId.random());

        assertThat(allocator.cleanup().entries()).hasSize(2).allSatisfy(entry -> {
            assertThat(entry.outcome()).isEqualTo(Outcome.LEFT);
            assertThat(entry.reason()).contains("it belongs to realm");
        });
        assertThatThrownBy(() -> allocator.cleanup(of(foreign)))
                .isInstanceOf(AllocatorException.class)
                .hasMessageContaining("no dry run for realm " + foreign + " was made within the last hour");
        allocator.cleanup(CleanupRequest.everything().dryRun()); // not for this realm
        assertThatThrownBy(() -> allocator.cleanup(of(foreign))).isInstanceOf(AllocatorException.class);
        assertThat(provider.machines).hasSize(3);

        assertThat(allocator.cleanup(of(foreign).dryRun()).entries())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.subject()).contains(theirs.value());
                    assertThat(entry.outcome()).isEqualTo(Outcome.DESTROYED);
                });
        assertThat(provider.machines).containsKey(theirs);
        Path review = state().resolve("reviewed").resolve(foreign + ".json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(review)))
                .isEqualTo("rw-------");
        MachineId later = foreignMachine();
        passes(Duration.ofMinutes(59));

        assertThat(open().cleanup(of(foreign)).entries())
                .extracting(CleanupReport.Entry::outcome)
                .containsExactlyInAnyOrder(Outcome.DESTROYED, Outcome.LEFT);
        assertThat(provider.machines)
                .doesNotContainKey(theirs)
                .containsKeys(later, own.info().machine().orElseThrow());

        passes(Duration.ofMinutes(1));
        assertThatThrownBy(() -> allocator.cleanup(of(foreign))).isInstanceOf(AllocatorException.class);
        passes(Duration.ofDays(-1)); // a review of the future counts as little
        assertThatThrownBy(() -> allocator.cleanup(of(foreign))).isInstanceOf(AllocatorException.class);
    }

    @Test
    void aReviewThatCannotBeReadPermitsNothing() throws Exception {
        Allocator allocator = open();
        foreignMachine();
        allocator.cleanup(of(foreign).dryRun());
        Files.writeString(state().resolve("reviewed").resolve(foreign + ".json"), "{\"half");
        assertThatThrownBy(() -> allocator.cleanup(of(foreign)))
                .isInstanceOf(AllocatorException.class)
                .hasMessageContaining("make it again");
        assertThat(provider.machines).hasSize(1);
    }

    @Test
    void aDryRunThatShowedNothingPermitsNothing() {
        Allocator allocator = open();
        assertThat(allocator.cleanup(of(foreign).dryRun()).entries()).isEmpty();
        MachineId theirs = foreignMachine();
        assertThat(allocator.cleanup(of(foreign)).entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.reason()).isEqualTo("the dry run did not show it"));
        assertThat(provider.machines).containsKey(theirs);
    }

    @Test
    void inACopyMachinesWithoutRecordAreLeftUntilConfirmed() throws Exception {
        Allocator original = open();
        original.allocate("demo").detach();
        Path copy = folder.resolve("copy");
        copyFolder(state(), copy);
        Lease later = original.allocate("demo"); // the copy has no record of it
        Allocator copied = open(options().stateDirectory(copy));

        assertThat(copied.cleanup().entries()).singleElement().satisfies(entry -> {
            assertThat(entry.outcome()).isEqualTo(Outcome.LEFT);
            assertThat(entry.subject())
                    .contains(later.info().machine().orElseThrow().value());
            assertThat(entry.reason()).contains("may be a copy");
        });
        RealmId realm;
        try (var store = store()) {
            realm = store.realm();
            assertThat(store.moved()).isFalse();
        }
        assertThatThrownBy(() -> copied.cleanup(of(realm))).isInstanceOf(AllocatorException.class);
        assertThat(provider.machines).hasSize(2);

        assertThat(copied.cleanup(of(realm).dryRun()).entries()).hasSize(1);
        assertThat(copied.cleanup(of(realm)).entries()).hasSize(1);
        assertThat(provider.machines).hasSize(1);
    }

    @Test
    void inACopyAnOwnerWhoseLockFileWasCopiedMayLive() throws Exception {
        Allocator original = open();
        Lease lease = original.allocate("demo");
        edit(leaseKey(lease), tree -> tree.withObject("owner").put("start", 1)); // as if of another process
        Path copy = folder.resolve("copy");
        copyFolder(state(), copy);

        assertThat(open(options().stateDirectory(copy)).cleanup().entries())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.outcome()).isEqualTo(Outcome.LEFT);
                    assertThat(entry.reason()).contains("its lock file was copied here");
                });
        assertThat(provider.machines).hasSize(1);
        lease.discard();
    }

    private static void copyFolder(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @Test
    void aFolderWithNeitherRecordNorMachineIsRemoved() throws Exception {
        Allocator allocator = open();
        Lease lease = allocator.allocate("demo");
        Path left = Files.createDirectories(folderOf("scripted"));
        Files.createDirectories(left.resolve("half/made"));
        Path notOurs = Files.createDirectories(state().resolve("machines/scripted/notes"));
        Path link = Files.createSymbolicLink(folderOf("scripted"), folder);

        assertThat(allocator.cleanup(CleanupRequest.everything().dryRun()).entries())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.subject()).contains(left.toString());
                    assertThat(entry.outcome()).isEqualTo(Outcome.DESTROYED);
                });
        assertThat(left).exists();
        allocator.cleanup();
        assertThat(left).doesNotExist();
        assertThat(notOurs).exists();
        assertThat(link).isSymbolicLink();
        assertThat(files("machines"))
                .containsExactly(state().resolve("machines/scripted")
                        .resolve(lease.info().machine().orElseThrow().value())
                        .resolve("disk"));
    }

    @Test
    void aFolderIsLeftWhereNobodyKnowsItsMachine() throws Exception {
        Path unknown = Files.createDirectories(folderOf("gone"));
        Files.createFile(unknown.resolve("disk"));
        Path empty = Files.createDirectories(folderOf("gone"));
        Path listless = Files.createDirectories(folderOf("scripted"));
        Files.createFile(listless.resolve("disk"));
        Allocator allocator = open();
        provider.list = ScriptedProvider.failing("the host is away");
        assertThat(allocator.cleanup().entries()).hasSize(4);
        assertThat(unknown).exists();
        assertThat(listless).exists();
        assertThat(empty).doesNotExist();

        provider.capabilities = Set.<Capability>of();
        MachineId running = new MachineId(listless.getFileName().toString());
        provider.machines.put(running, foreign);
        allocator.cleanup();
        assertThat(listless).exists();
        provider.machines.clear();
        allocator.cleanup();
        assertThat(listless).doesNotExist();
    }

    private Path folderOf(String instance) {
        return state().resolve("machines")
                .resolve(instance)
                .resolve(MachineId.random().value());
    }

    @Test
    void aProviderThatCannotBeAskedKeepsEverything() {
        Allocator allocator = open();
        Lease lease = allocator.allocate("demo");
        forget(lease);
        provider.list = machine -> {
            throw new NoClassDefFoundError("com/example/Missing");
        };
        assertThat(allocator.cleanup().entries())
                .hasSize(2)
                .allSatisfy(entry -> assertThat(entry.outcome()).isEqualTo(Outcome.LEFT))
                .anySatisfy(entry ->
                        assertThat(entry.reason()).contains("cannot be listed").contains("com/example/Missing"));
        assertThat(provider.machines).hasSize(1);
        assertThat(files("machines")).hasSize(1);
        provider.list = machine -> {};
        provider.destroy = ScriptedProvider.failing("it is busy");
        assertThat(allocator.cleanup().entries()).singleElement().satisfies(entry -> {
            assertThat(entry.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(entry.reason()).isEqualTo("it is busy");
        });
        assertThat(files("machines")).hasSize(1);
        provider.destroy = machine -> {};
        allocator.cleanup();
        assertNothingLeft();
    }

    @Test
    void leasesOnlyAsksNoProvider() {
        Allocator allocator = open();
        allocator.allocate("demo").detach();
        forget(allocator.allocate("demo"));
        provider.list = ScriptedProvider.failing("it must not be asked");
        passes(Duration.ofDays(2));
        assertThat(allocator.cleanup(CleanupRequest.everything().leasesOnly()).entries())
                .allSatisfy(entry -> assertThat(entry.reason()).contains("expired"));
        assertThat(provider.machines).hasSize(1);
    }
}
