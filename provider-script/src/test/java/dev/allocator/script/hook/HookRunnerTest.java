package dev.allocator.script.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.script.ScriptProviderFactory;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.testkit.ProviderBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hooks by themselves, whatever their contract. */
@Timeout(60)
class HookRunnerTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path temporary;

    private final MachineId machine = MachineId.random();
    private ProviderBench bench;
    private HookFolder folder;
    private HookRunner runner;
    private HookProcesses processes;

    @BeforeEach
    void open() throws Exception {
        bench = ProviderBench.of(
                        new ScriptProviderFactory(), Profile.named("p", "hooks").build(), temporary)
                .settings(Map.of("contract", "adhoc", "allocate", ":"))
                .open();
        folder = new HookFolder(bench.context().directory(machine));
        runner = new HookRunner(bench.context(), new HookTimes(LONG, LONG, LONG));
        processes = new HookProcesses(bench.context());
    }

    @AfterEach
    void close() throws Exception {
        for (HookRun run : folder.runs()) {
            bench.context().processes().find(run.process(), machine).ifPresent(ChildProcess::kill);
        }
        bench.close();
    }

    private Hook.Builder hook(String name, String line) {
        return Hook.named(name, List.of("/bin/sh", "-c", line), temporary).machine(machine);
    }

    private HookResult run(Hook.Builder hook) throws IOException, InterruptedException {
        return runner.run(hook.build(), folder, Deadline.in(LONG.multipliedBy(2)), told -> {});
    }

    @Test
    void eachRunHasFilesOfItsOwn() throws Exception {
        HookResult first = run(hook("make", "cat; echo error >&2")
                .input("read".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .answering());
        HookResult second = run(hook("make", "exit 3"));
        assertThat(first.succeeded()).isTrue();
        assertThat(first.run().answer()).hasContent("read");
        assertThat(first.run().output()).hasContent("error");
        assertThat(first.lastLines()).containsExactly("error");
        assertThat(second.failure()).hasMessage("make failed with status 3; it printed nothing");
        assertThat(folder.runs("make")).containsExactly(first.run(), second.run());
        assertThat(folder.runs("take")).isEmpty();
    }

    @Test
    void behindTheBarrierNothingThatCreatesStarts() throws Exception {
        assertThat(folder.end()).isTrue();
        assertThat(folder.end()).isTrue();
        assertThat(run(hook("make", "echo > made").creating()).succeeded()).isFalse();
        assertThat(temporary.resolve("made")).doesNotExist();
        assertThat(run(hook("take", "echo > taken")).succeeded()).isTrue();
        assertThat(temporary.resolve("taken")).exists();
    }

    @Test
    void whatHasToSucceedOnceDoesSoAmongMany() throws Exception {
        Path marker = folder.path().resolve("gone");
        assertThat(run(hook("take", "echo failed >> runs; exit 1").once(marker)).succeeded())
                .isFalse();
        List<CompletableFuture<HookResult>> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            calls.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return run(hook("take", "sleep 0.3; echo done >> runs").once(marker));
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (CompletableFuture<HookResult> call : calls) {
            assertThat(call.get().succeeded()).isTrue();
        }
        assertThat(Files.readAllLines(temporary.resolve("runs"))).containsExactly("failed", "done");
    }

    @Test
    void withoutItsTicketNothingRunsAnyMore() throws Exception {
        Path ticket = folder.path().resolve("ticket");
        Hook.Builder hook = hook("take", "echo > taken").once(folder.path().resolve("gone"), ticket);
        assertThat(run(hook).succeeded()).isTrue();
        assertThat(temporary.resolve("taken")).doesNotExist();
        Files.createFile(ticket);
        assertThat(run(hook).succeeded()).isTrue();
        assertThat(temporary.resolve("taken")).exists();
    }

    /** As after a {@code kill -9} of the process that ran it. */
    private HookRun runOfAnother(String name, String line) throws IOException {
        HookRun run = folder.begin(name, started -> new byte[0]);
        ChildProcess unused = bench.context()
                .processes()
                .start(ProcessSpec.of(List.of("/bin/sh", "-c", line))
                        .directory(temporary)
                        .machine(machine)
                        .recorded(run.process(), folder.barrier()));
        await().until(() -> Files.exists(temporary.resolve("begun")));
        return run;
    }

    @Test
    void hooksOfTheDeadAreEndedAndMayCleanUp() throws Exception {
        HookRun run = runOfAnother("make", "trap 'echo > cleaned; exit' TERM; sleep 300 & echo > begun; wait");
        processes.end(machine, folder, "take");
        assertThat(bench.context().processes().find(run.process(), machine)).isPresent();
        processes.end(machine, folder, "make");
        assertThat(temporary.resolve("cleaned")).exists();
        assertThat(alive()).isEmpty();
    }

    @Test
    void hooksOfTheDeadThatDoNotEndAreKilled() throws Exception {
        HookRun unused = runOfAnother("make", "trap '' TERM; sleep 300 & echo > begun; while :; do sleep 1; done");
        processes.end(machine, folder, "make");
        assertThat(alive()).isEmpty();
    }

    @Test
    void whatAnUnfinishedHookStartedIsEndedAlthoughTheHookIsOver() throws Exception {
        HookRun run =
                runOfAnother("make", "(trap 'echo > cleaned; exit' TERM; sleep 300 & echo > begun; wait) & exit 1");
        await().until(() ->
                bench.context().processes().find(run.process(), machine).isEmpty());
        processes.end(machine, folder, "make");
        assertThat(alive()).isNotEmpty();
        processes.endUnfinished(machine, folder, "make");
        assertThat(temporary.resolve("cleaned")).exists();
        assertThat(alive()).isEmpty();
    }

    @Test
    void hooksOfTheDeadMayComeToTheirEnd() throws Exception {
        HookRun unused = runOfAnother("take", "echo > begun; sleep 1; echo > taken");
        processes.awaitOrEnd(machine, folder, "take", LONG);
        assertThat(temporary.resolve("taken")).exists();
    }

    @Test
    void leftoversAreThoseOfRunsThatAreOver() throws Exception {
        assertThat(run(hook("make", "sleep 300 & setsid sleep 301 & echo")).succeeded())
                .isTrue();
        HookRun going = runOfAnother("take", "echo > begun; exec sleep 302");
        processes.endLeftovers(machine, folder);
        assertThat(alive()).hasSize(2).noneMatch(command -> command.contains("300"));
        processes.end(machine, folder, "take");
        assertThat(bench.context().processes().find(going.process(), machine)).isEmpty();
        bench.context().processes().tagged().stream()
                .filter(process -> process.machine().equals(machine))
                .forEach(process -> process.process().kill());
    }

    private List<String> alive() throws IOException {
        return bench.context().processes().tagged().stream()
                .filter(process -> process.machine().equals(machine))
                .map(process -> String.join(" ", process.command()))
                .toList();
    }

    @Test
    void aFolderThatIsGoneIsNoTrap() throws Exception {
        HookFolder gone = new HookFolder(temporary.resolve("gone"));
        assertThat(gone.end()).isFalse();
        assertThat(gone.isEnded()).isTrue();
        assertThat(gone.runs()).isEmpty();
        assertThat(KeptSecrets.load(gone)).isEmpty();
        processes.end(machine, gone, "make");
        processes.endLeftovers(machine, gone);
    }

    @Test
    void secretsAreKeptAndForgotten() throws Exception {
        KeptSecrets secrets = KeptSecrets.inheriting(
                Map.of("A", "ä\n'x'", "ALLOCATOR_MACHINE", "another"), Map.of("password", "p\"w"));
        secrets.save(folder);
        assertThat(KeptSecrets.load(folder))
                .contains(new KeptSecrets(Map.of("A", "ä\n'x'"), Map.of("password", "p\"w")));
        assertThat(secrets).hasToString("secrets");
        KeptSecrets.delete(folder);
        assertThat(KeptSecrets.load(folder)).isEmpty();
    }

    @Test
    void pausesGrowUpToHalfAMinute() {
        HookTimes times = new HookTimes(LONG, LONG, Duration.ofSeconds(5));
        assertThat(List.of(1, 2, 3, 4, 100).stream().map(times::delayAfter).map(Duration::toSeconds))
                .containsExactly(5L, 10L, 20L, 30L, 30L);
        assertThat(new HookTimes(LONG, LONG, Duration.ofMinutes(2)).delayAfter(1))
                .isEqualTo(Duration.ofMinutes(2));
    }
}
