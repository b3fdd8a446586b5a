package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.DataSize;
import dev.allocator.HostAndPort;
import dev.allocator.HostKey;
import dev.allocator.MachineId;
import dev.allocator.Secret;
import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real QEMUs with a guest of 16 bytes. */
class LifecycleTest {

    @TempDir
    Path root;

    private TestContext context;
    private Provider provider;
    private MachineSpec spec;

    @BeforeEach
    void stage() throws Exception {
        Fixtures.requireQemu();
        context = new TestContext(root);
        provider = new QemuProviderFactory().open(context);
        Fixtures.haltingDisk(root.resolve("tiny, =1.img"));
        spec = Fixtures.spec(context, Fixtures.profile("./tiny, =1.img").build());
    }

    @AfterEach
    void killAll() throws Exception {
        if (context == null) {
            return; // nothing was staged, as a tool is missing
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            List<ChildProcess> left = ours();
            left.forEach(ChildProcess::kill);
            return left.isEmpty();
        });
    }

    private List<ChildProcess> ours() throws Exception {
        return context.processes().tagged().stream()
                .filter(found -> found.realm().equals(context.realm()))
                .map(found -> found.process())
                .toList();
    }

    private Machine create(MachineSpec machine) throws Exception {
        return provider.create(provider.plan(machine), TestCreate.within(Duration.ofSeconds(60)));
    }

    private MachineFiles files(MachineSpec machine) {
        return new MachineFiles(context.directoryPath(machine.id()));
    }

    private void assertNothingLeft(MachineSpec machine) throws Exception {
        assertThat(ours()).isEmpty();
        if (files(machine).exist()) {
            try (var left = Files.list(files(machine).folder())) {
                assertThat(left).containsExactly(files(machine).discarded());
            }
        }
    }

    @Test
    void aMachineFromCreateToDestroy() throws Exception {
        byte[] image = Files.readAllBytes(root.resolve("tiny, =1.img"));
        MachinePlan plan = provider.plan(spec);
        assertThat(provider.check(plan.ref()).state()).isEqualTo(State.GONE);
        TestCreate create = TestCreate.within(Duration.ofSeconds(60));

        Machine machine = provider.create(plan, create);

        assertThat(machine.ref()).isEqualTo(plan.ref());
        assertThat(machine.attributes()).containsEntry("accel", "tcg");
        assertThat(create.lines()).containsExactly("starting QEMU with tcg: accel is set to tcg");
        HostAndPort address = machine.address().orElseThrow();
        try (SocketChannel ssh = SocketChannel.open(new InetSocketAddress(address.host(), address.port()))) {
            assertThat(ssh.isConnected()).isTrue();
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Files.readString(machine.console().orElseThrow()).contains("Hi"));
        assertThat(provider.check(plan.ref()).state()).isEqualTo(State.RUNNING);
        assertThat(machine.death().toCompletableFuture()).isNotDone();

        provider.destroy(plan.ref());

        assertNothingLeft(spec);
        assertThat(provider.check(plan.ref()).state()).isEqualTo(State.GONE);
        assertThat(machine.death().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .startsWith("QEMU exited");
        assertThat(Files.readAllBytes(root.resolve("tiny, =1.img"))).isEqualTo(image);
        provider.destroy(plan.ref());
    }

    @Test
    void createUsesTheMachineThatRuns() throws Exception {
        Machine first = create(spec);
        Machine second = create(spec);
        Provider elsewhere = new QemuProviderFactory().open(new TestContext(root, context.realm()));
        Machine third = elsewhere.create(elsewhere.plan(spec), TestCreate.within(Duration.ofSeconds(60)));

        assertThat(ours()).hasSize(1);
        assertThat(List.of(second.address(), third.address())).containsOnly(first.address());
        assertThat(third.attributes()).isEqualTo(first.attributes());
        elsewhere.destroy(third.ref());
        assertThat(third.death().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .startsWith("QEMU ended");
    }

    @Test
    void manyThreadsCreateOneMachine() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Machine> create = () -> create(spec);
            Set<Optional<HostAndPort>> addresses = new HashSet<>();
            for (Future<Machine> result : threads.invokeAll(List.of(create, create, create, create))) {
                addresses.add(result.get().address());
            }
            assertThat(addresses).hasSize(1);
            assertThat(ours()).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aMachineThatIsKilledSaysSo() throws Exception {
        Machine machine = create(spec);
        long pid = Long.parseLong(machine.attributes().get("pid"));

        ProcessHandle.of(pid).orElseThrow().destroyForcibly();

        assertThat(machine.death().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isEqualTo("QEMU was killed by signal 9");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> provider.check(machine.ref()).state() == State.STOPPED);
        provider.destroy(machine.ref());
        assertNothingLeft(spec);
    }

    @Test
    void anotherProviderDestroysFromTheRefAlone() throws Exception {
        Machine machine = create(spec);
        Provider elsewhere = new QemuProviderFactory().open(new TestContext(root, context.realm()));

        elsewhere.destroy(new MachineRef("qemu", spec.id(), Map.of()));

        assertNothingLeft(spec);
        assertThat(machine.death().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isNotEmpty();
    }

    @Test
    void destroysAQemuThatDoesNotAnswer() throws Exception {
        Machine machine = create(spec);
        try (QmpClient taken = QmpClient.connect(
                files(spec).discardMonitor(), dev.allocator.spi.Deadline.in(Duration.ofSeconds(10)))) {
            provider.destroy(machine.ref());
        }
        assertNothingLeft(spec);
    }

    @Test
    void destroysAQemuWhoseFolderIsGone() throws Exception {
        Machine machine = create(spec);
        MachineFiles files = files(spec);
        files.delete();
        Files.delete(files.folder());
        assertThat(provider.check(machine.ref()).state()).isEqualTo(State.RUNNING);
        assertThat(provider.list())
                .extracting(FoundMachine::ref)
                .extracting(MachineRef::machine)
                .contains(spec.id());

        provider.destroy(machine.ref());

        assertNothingLeft(spec);
    }

    @Test
    void neverKillsTheWrongProcess() throws Exception {
        MachineFiles files = new MachineFiles(context.directory(spec.id()));
        ChildProcess stranger = context.processes().start(ProcessSpec.of(List.of("sleep", "60")));
        Files.writeString(files.process(), stranger.pid() + " " + stranger.startTime() + "\n");

        assertThat(provider.check(provider.plan(spec).ref()).state()).isEqualTo(State.STOPPED);
        provider.destroy(provider.plan(spec).ref());

        assertThat(stranger.exit().toCompletableFuture()).isNotDone();
        assertThat(ProcessHandle.of(stranger.pid())).isPresent();
        stranger.kill();
        assertThat(stranger.exit().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isEqualTo(137);
    }

    @Test
    void nothingIsCreatedAfterDestroy() throws Exception {
        context.directory(spec.id());
        provider.destroy(provider.plan(spec).ref());

        assertThatThrownBy(() -> create(spec))
                .isInstanceOf(ProviderException.class)
                .hasMessage("machine " + spec.id() + " was discarded while it was being created");
        assertNothingLeft(spec);
    }

    @Test
    void destroyMayComeAtAnyMomentOfCreate() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            for (int step = 0; step < 12; step++) {
                MachineSpec each = Fixtures.spec(context, spec.profile());
                context.directory(each.id());
                MachinePlan plan = provider.plan(each);
                Future<Machine> created = thread.submit(() -> create(each));
                int wanted = step;
                await().pollInterval(Duration.ofMillis(1))
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> created.isDone() || hasFiles(files(each), wanted));

                provider.destroy(plan.ref());

                try {
                    created.get(30, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    assertThat(e.getCause())
                            .isInstanceOf(ProviderException.class)
                            .hasMessageContaining("was discarded while it was being created");
                }
                assertThat(ours()).as("step " + step).isEmpty();
                assertThat(files(each).log().resolveSibling("process"))
                        .as("step " + step)
                        .satisfies(record -> {
                            if (Files.exists(record)) {
                                assertThat(context.processes().find(record, each.id()))
                                        .isEmpty();
                            }
                        });
            }
        } finally {
            thread.shutdownNow();
        }
    }

    private static boolean hasFiles(MachineFiles files, int count) throws Exception {
        try (var list = Files.list(files.folder())) {
            return list.count() >= count;
        }
    }

    @Test
    void anInterruptedCreateEndsAtOnceAndDestroyCleansUp() throws Exception {
        MachinePlan plan = provider.plan(spec);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<Machine> created = thread.submit(() -> create(spec));
        await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(30))
                .until(() -> created.isDone() || Files.exists(files(spec).log()));

        thread.shutdownNow();

        assertThat(thread.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        provider.destroy(plan.ref());
        assertNothingLeft(spec);
    }

    @Test
    void destroyWorksInAnInterruptedThread() throws Exception {
        Machine machine = create(spec);

        Thread.currentThread().interrupt();
        provider.destroy(machine.ref());

        assertThat(Thread.interrupted()).isTrue();
        assertNothingLeft(spec);
    }

    @Test
    void listsItsOwnAndOtherRealmsMachines() throws Exception {
        Machine mine = create(spec);
        TestContext foreign = new TestContext(root.resolve("foreign"));
        Provider foreigner = new QemuProviderFactory().open(foreign);
        Fixtures.haltingDisk(root.resolve("foreign/tiny.img"));
        MachineSpec theirs = Fixtures.spec(foreign, Fixtures.profile("tiny.img").build());
        foreigner.create(foreigner.plan(theirs), TestCreate.within(Duration.ofSeconds(60)));
        MachineSpec left = Fixtures.spec(context, spec.profile());
        context.directory(left.id());

        Map<MachineId, FoundMachine> found = new java.util.HashMap<>();
        provider.list().forEach(machine -> found.put(machine.ref().machine(), machine));

        assertThat(found).containsKeys(spec.id(), theirs.id(), left.id());
        assertThat(found.get(spec.id())).satisfies(machine -> {
            assertThat(machine.realm()).isEqualTo(context.realm());
            assertThat(machine.owner()).contains("somebody");
            assertThat(machine.expires()).contains(Fixtures.EXPIRES);
            assertThat(machine.description())
                    .contains("QEMU runs as process " + mine.attributes().get("pid"));
        });
        assertThat(found.get(theirs.id()).realm()).isEqualTo(foreign.realm());
        assertThat(found.get(left.id()).description()).isEqualTo("no QEMU runs, its files are left");

        provider.destroy(found.get(theirs.id()).ref());
        assertThat(foreign.directoryPath(theirs.id())).doesNotExist();
        assertThat(foreigner.check(foreigner.plan(theirs).ref()).state()).isEqualTo(State.GONE);
        assertThat(provider.check(mine.ref()).state()).isEqualTo(State.RUNNING);
    }

    @Test
    void leavesOtherInstancesMachinesToThem() throws Exception {
        Machine mine = create(spec);
        TestContext other = new TestContext(root.resolve("other"), context.realm());
        Provider instance = new QemuProviderFactory().open(other);

        assertThat(instance.list()).extracting(found -> found.ref().machine()).doesNotContain(spec.id());
        provider.destroy(mine.ref());
    }

    @Test
    void theDiskGrows() throws Exception {
        MachineSpec grown = Fixtures.spec(
                context, spec.profile().toBuilder().disk(DataSize.parse("3GiB")).build());
        create(grown);

        assertThat(DiskImage.inspect(files(grown).overlay()).size()).isEqualTo(3L << 30);
    }

    @Test
    void aSeededMachineStarts() throws Exception {
        Bootstrap bootstrap =
                new Bootstrap("ssh-ed25519 AAAA", Secret.of("canary-private-key"), new HostKey("ssh-ed25519", "BBBB"));

        Machine machine = provider.create(
                provider.plan(spec), TestCreate.within(Duration.ofSeconds(60)).with(bootstrap));

        assertThat(Files.readString(files(spec).seed().resolve("user-data"))).contains("canary-private-key");
        assertThat(context.processes().tagged())
                .allSatisfy(found -> assertThat(found.command().toString()).doesNotContain("canary"));
        assertThat(machine.toString()).doesNotContain("canary");
        provider.destroy(machine.ref());
        assertNothingLeft(spec);
    }

    @Test
    void aQemuThatRefusesToStartIsQuoted() throws Exception {
        Path qemu = Files.writeString(
                root.resolve("qemu"), "#!/bin/sh\nexec qemu-system-x86_64 \"$@\" -device no-such-device\n");
        Files.setPosixFilePermissions(qemu, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        context.setting("binary", "./qemu");

        assertThatThrownBy(() -> create(spec))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining("QEMU exited with status 1: ")
                .hasMessageContaining("no-such-device");
        assertThat(ours()).isEmpty();
        provider.destroy(provider.plan(spec).ref());
        assertNothingLeft(spec);
    }

    @Test
    void aDamagedImageIsNamed() throws Exception {
        byte[] header = new byte[512];
        System.arraycopy(new byte[] {'Q', 'F', 'I', (byte) 0xfb, 0, 0, 0, 9}, 0, header, 0, 8);
        Files.write(root.resolve("bad.qcow2"), header);
        MachineSpec bad = Fixtures.spec(context, Fixtures.profile("./bad.qcow2").build());

        assertThatThrownBy(() -> create(bad))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining("cannot make an overlay over the image " + root.resolve("bad.qcow2"));
    }

    @Test
    void autoSaysWhichAcceleratorAndWhy() throws Exception {
        MachineSpec auto = Fixtures.spec(context, spec.profile(), Map.of());
        TestCreate create = TestCreate.within(Duration.ofSeconds(60));

        Machine machine = provider.create(provider.plan(auto), create);

        assertThat(machine.attributes().get("accel")).isIn("kvm", "tcg");
        assertThat(machine.attributes().get("accel-reason")).isNotEmpty();
        assertThat(create.lines())
                .singleElement()
                .asString()
                .isEqualTo("starting QEMU with " + machine.attributes().get("accel") + ": "
                        + machine.attributes().get("accel-reason"));
    }
}
