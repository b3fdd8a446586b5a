package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.AllocationException;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.DataSize;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.event.Progress;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real QEMUs, with a guest of 16 bytes that never wakes, have to share what a host has. */
@Timeout(180)
class SharedHostTest {

    @TempDir
    Path root;

    private TestContext context;

    @BeforeEach
    void stage() throws Exception {
        Fixtures.requireQemu();
        context = new TestContext(root).setting("boot-slots", 1L);
        Fixtures.haltingDisk(root.resolve("tiny.img"));
    }

    private Allocator allocator(List<String> lines) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("XDG_CACHE_HOME", root.resolve("cache").toString());
        Profile.Builder profile =
                Fixtures.profile(root.resolve("tiny.img").toString()).readiness(Readiness.none());
        Allocator allocator = Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .environment(environment)
                .stateDirectory(root.resolve("state"))
                .provider("qemu", "qemu", Map.of("accel", "tcg", "host-memory", "100MiB", "boot-slots", 8))
                .profile(profile.build())
                .profile(Profile.named("huge", "qemu")
                        .image(root.resolve("tiny.img").toString())
                        .memory(DataSize.ofMebibytes(101))
                        .readiness(Readiness.none())
                        .build())
                .build());
        allocator.on(Progress.class, progress -> lines.add(progress.message()));
        return allocator;
    }

    @Test
    void machinesOfTwoAllocatorsShareTheMemory() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        AllocationRequest request = AllocationRequest.forProfile("tiny").build();
        try (Allocator one = allocator(new CopyOnWriteArrayList<>());
                Allocator other = allocator(lines)) {
            Lease first = one.allocate(request);
            CompletableFuture<Lease> second = other.allocateAsync(request);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> lines.stream().anyMatch(line -> line.startsWith("waiting for room at host: ")));
            assertThat(second).isNotDone();
            assertThat(lines).anyMatch(line -> line.contains(first.id().value()));

            first.discard();

            second.get(60, TimeUnit.SECONDS).discard();
            assertThatThrownBy(() ->
                            one.allocate(AllocationRequest.forProfile("huge").build()))
                    .isInstanceOf(AllocationException.class)
                    .hasMessageContaining("needs 101 MiB of memory")
                    .hasMessageContaining("host-memory: 100MiB")
                    .satisfies(
                            e -> assertThat(((AllocationException) e).failure().retryable())
                                    .isFalse());
        }
    }

    private MachineSpec spec() {
        return Fixtures.spec(context, Fixtures.profile("./tiny.img").build());
    }

    @Test
    void anEmulatedGuestHoldsItsBootSlotUntilItIsAwakeOrGone() throws Exception {
        try (Provider provider = new QemuProviderFactory().open(context)) {
            MachineSpec first = spec();
            provider.create(provider.plan(first), TestCreate.within(Duration.ofSeconds(60)));
            MachineSpec second = spec();
            TestCreate hurried = TestCreate.within(Duration.ofSeconds(1));

            assertThatThrownBy(() -> provider.create(provider.plan(second), hurried))
                    .isInstanceOf(ProviderException.class)
                    .hasMessageContaining("not allowed to boot within 1s");
            assertThat(hurried.lines()).singleElement().asString().startsWith("waiting to boot: ");
            provider.destroy(provider.plan(first).ref());

            provider.create(provider.plan(second), TestCreate.within(Duration.ofSeconds(60)));
            provider.destroy(provider.plan(second).ref());
        }
    }

    @Test
    void aCreationThatFailsGivesItsBootSlotBack() throws Exception {
        Path qemu = Files.writeString(root.resolve("qemu"), "#!/bin/sh\nexit 1\n");
        Files.setPosixFilePermissions(qemu, PosixFilePermissions.fromString("rwx------"));
        context.setting("binary", "./qemu");
        try (Provider provider = new QemuProviderFactory().open(context)) {
            for (int turn = 0; turn < 3; turn++) {
                MachineSpec spec = spec();
                assertThatThrownBy(
                                () -> provider.create(provider.plan(spec), TestCreate.within(Duration.ofSeconds(60))))
                        .hasMessageContaining("QEMU exited with status 1");
                provider.destroy(provider.plan(spec).ref());
            }
        }
    }
}
