package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.MachineId;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.TaggedProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real QEMUs whose owner dies at the worst moment, is in the way, or is somebody else by now. */
class HostileTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path root;

    private TestContext context;
    private Provider provider;
    private Process program;

    @BeforeEach
    void stage() throws Exception {
        Fixtures.requireQemu();
        context = new TestContext(root);
        provider = new QemuProviderFactory().open(context);
        Fixtures.haltingDisk(root.resolve("tiny.img"));
    }

    @AfterEach
    void killAll() throws Exception {
        if (program != null) {
            program.destroyForcibly().waitFor();
        }
        if (context != null) {
            await().atMost(SOON).until(() -> {
                List<TaggedProcess> left = ours();
                left.forEach(found -> found.process().kill());
                return left.isEmpty();
            });
        }
    }

    private List<TaggedProcess> ours() throws Exception {
        return context.processes().tagged().stream()
                .filter(found -> found.realm().equals(context.realm()))
                .toList();
    }

    private MachineFiles files(MachineId machine) {
        return new MachineFiles(context.directoryPath(machine));
    }

    /** A QEMU that says when it is about to start, and waits for leave to. */
    private void slowQemu() throws Exception {
        Path qemu = Files.writeString(root.resolve("qemu"), """
                #!/bin/sh
                case "$*" in *-uuid*)
                    touch '%1$s/forked'
                    while [ ! -e '%1$s/go' ]; do sleep 0.05; done;;
                esac
                exec qemu-system-x86_64 "$@"
                """.formatted(root));
        Files.setPosixFilePermissions(qemu, PosixFilePermissions.fromString("rwx------"));
    }

    /** The machine of an owner that is killed between the fork of QEMU and its socket. */
    private MachineId ownerDiesInBetween() throws Exception {
        slowQemu();
        program = QemuProgram.start(
                root, "create", root.toString(), context.realm().value(), "./qemu");
        await().atMost(SOON).until(() -> Files.exists(root.resolve("forked")) || !program.isAlive());
        assertThat(program.isAlive())
                .as(Files.readString(root.resolve("program.err")))
                .isTrue();
        program.destroyForcibly().waitFor();
        MachineId machine =
                new MachineId(Files.readString(root.resolve("program.out")).strip());
        assertThat(files(machine).monitor()).doesNotExist();
        assertThat(ours()).isNotEmpty();
        return machine;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anOwnerThatDiesBetweenForkAndSocketLeavesWhatCanBeDestroyed(boolean startsNevertheless) throws Exception {
        MachineId machine = ownerDiesInBetween();
        if (startsNevertheless) {
            Files.createFile(root.resolve("go"));
            await().atMost(SOON).until(() -> Files.exists(files(machine).monitor()));
        }
        assertThat(provider.list())
                .extracting(FoundMachine::ref)
                .extracting(MachineRef::machine)
                .contains(machine);

        provider.destroy(new MachineRef("qemu", machine, Map.of()));

        if (!startsNevertheless) {
            Files.createFile(root.resolve("go"));
        }
        assertThat(ours()).isEmpty();
        try (var left = Files.list(files(machine).folder())) {
            assertThat(left).containsExactly(files(machine).discarded());
        }
    }

    @Test
    void anotherProcessDestroysWhileItsOwnerHoldsTheMonitor() throws Exception {
        MachineSpec spec = Fixtures.spec(context, Fixtures.profile("./tiny.img").build());
        Machine machine = provider.create(provider.plan(spec), TestCreate.within(Duration.ofSeconds(60)));
        try (QmpClient held = QmpClient.connect(files(spec.id()).monitor(), Deadline.in(Duration.ofSeconds(10)))) {
            program = QemuProgram.start(
                    root,
                    "destroy",
                    root.toString(),
                    context.realm().value(),
                    spec.id().value());
            assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue())
                    .as(Files.readString(root.resolve("program.err")))
                    .isZero();
        }
        assertThat(machine.death().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isEqualTo("QEMU exited with status 0"); // it was asked to, not killed
        assertThat(ours()).isEmpty();
        assertThat(provider.check(machine.ref()).state()).isEqualTo(State.GONE);
    }

    @Test
    void aPidThatSomebodyElseHasByNowIsNotKilled() throws Exception {
        MachineSpec spec = Fixtures.spec(context, Fixtures.profile("./tiny.img").build());
        MachineFiles files = new MachineFiles(context.directory(spec.id()));
        ChildProcess stranger = context.processes().start(ProcessSpec.of(List.of("sleep", "60")));
        Files.writeString(files.process(), stranger.pid() + " " + (stranger.startTime() - 1) + "\n");

        assertThat(provider.check(provider.plan(spec).ref()).state()).isEqualTo(State.STOPPED);
        provider.destroy(provider.plan(spec).ref());

        assertThat(stranger.exit().toCompletableFuture()).isNotDone();
        assertThat(files.process()).doesNotExist();
        stranger.kill();
        assertThat(stranger.exit().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isEqualTo(137);
    }
}
