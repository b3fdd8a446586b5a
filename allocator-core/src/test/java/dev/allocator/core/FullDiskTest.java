package dev.allocator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.Allocator;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.DiscardException;
import dev.allocator.Lease;
import dev.allocator.StoreException;
import dev.allocator.core.store.TemporaryDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** State directories on real file systems that are full or read-only. */
class FullDiskTest extends ScriptedEngine {

    /** Of the disk, in KiB: room for the reaper's copy of the classes under test, and some. */
    private static final int SIZE = 8192;

    @Override
    Path state() {
        return folder.resolve("disk/state");
    }

    @Test
    void nothingIsCreatedOnAFullDiskAndItHeals() throws Exception {
        try (TemporaryDisk disk = TemporaryDisk.mount(folder.resolve("disk"), SIZE)) {
            Allocator first = open();
            Allocator owner = open();
            Lease lease = owner.allocate("demo");
            provider.creates.set(0);
            disk.fill(0);

            assertThatThrownBy(() -> first.allocate("demo")) // has no lock yet
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("No space left")
                    .hasMessageContaining("free some space");
            assertThatThrownBy(() -> owner.allocate("demo"))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("there is no space left in " + state())
                    .hasMessageContaining("free some space");
            assertThat(provider.creates).hasValue(0);
            assertThat(first.leases()).hasSize(1);

            provider.destroy = ScriptedProvider.failing("the host is away");
            assertThatThrownBy(lease::discard).isInstanceOf(DiscardException.class);
            assertThat(onlyLease(first).id()).isEqualTo(lease.id()); // all is kept
            assertThat(first.cleanup().entries())
                    .allSatisfy(entry -> assertThat(entry.outcome()).isEqualTo(Outcome.FAILED));
            assertThat(provider.machines).hasSize(1);

            provider.destroy = machine -> {}; // and it takes what fills the disk with it
            disk.free();
            passes(Duration.ofMinutes(10));
            await().atMost(SOON).until(() -> owner.leases().isEmpty()); // by itself
            awaitNothingLeft();
            first.allocate("demo").close();
            owner.allocate("demo").close();
            assertNothingLeft();
            closeAll();
        }
    }

    @Test
    void discardingFreesADiskThatItsMachinesFill() throws Exception {
        try (TemporaryDisk disk = TemporaryDisk.mount(folder.resolve("disk"), SIZE)) {
            Allocator allocator = open();
            Lease lease = allocator.allocate("demo");
            disk.fill(0);
            provider.destroy = machine -> {
                try {
                    disk.free();
                } catch (java.io.IOException e) {
                    throw new dev.allocator.spi.ProviderException("cannot", e);
                }
            };
            lease.discard();
            assertThat(allocator.ended()).hasSize(1);
            assertNothingLeft();
            closeAll();
        }
    }

    @Test
    void aReadOnlyDirectoryCanBeReadAndNothingIsCreated() throws Exception {
        try (TemporaryDisk disk = TemporaryDisk.mount(folder.resolve("disk"), SIZE)) {
            Allocator before = open();
            Lease lease = before.allocate("demo");
            lease.renew(Duration.ofHours(1));
            lease.detach();
            before.close();
            provider.creates.set(0);
            Path mounted = Files.createDirectories(folder.resolve("read-only"));
            try (TemporaryDisk unused = disk.bindReadOnly(state(), mounted)) {
                Allocator allocator = open(options().stateDirectory(mounted));
                assertThat(onlyLease(allocator).id()).isEqualTo(lease.id());
                assertThat(allocator.lease(lease.id())).isPresent();
                assertThat(allocator.ended()).isEmpty();
                assertThat(allocator.health()).isNotEmpty();
                assertThatThrownBy(() -> allocator.allocate("demo"))
                        .isInstanceOf(StoreException.class)
                        .hasMessageStartingWith("nothing can be allocated: ")
                        .hasMessageContaining("Read-only file system")
                        .hasMessageContaining("ALLOCATOR_STATE_DIR");
                assertThat(provider.creates).hasValue(0);
                assertThatThrownBy(() -> lease(allocator, lease).renew(Duration.ofHours(1)))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("Read-only file system");
                allocator.close();
            }
            Allocator after = open();
            lease(after, lease).discard();
            assertNothingLeft();
            closeAll();
        }
    }

    private static Lease lease(Allocator allocator, Lease lease) {
        return allocator.lease(lease.id()).orElseThrow();
    }
}
