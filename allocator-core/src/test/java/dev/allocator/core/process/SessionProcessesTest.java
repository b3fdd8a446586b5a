package dev.allocator.core.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class SessionProcessesTest {

    private static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

    private final RealmId realm = new RealmId("00000000-0000-4000-8000-000000000001");
    private final MachineId machine = MachineId.random();
    private final SessionProcesses processes = new SessionProcesses(realm, Map.of("PATH", PATH));

    @TempDir
    Path folder;

    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(20));
    }

    private static ProcessSpec sh(String script) {
        return ProcessSpec.of(List.of("sh", "-c", script));
    }

    private ProcessIdentity awaitIdentity(Path file) {
        return await().atMost(Duration.ofSeconds(10))
                .until(() -> ProcessIdentity.read(file), Optional::isPresent)
                .orElseThrow();
    }

    private void awaitGone(ProcessIdentity identity) {
        await().atMost(Duration.ofSeconds(10)).until(() -> !identity.isAlive());
    }

    /** A script's words to tell its grandchild: {@code pid starttime} of a long sleep in the background. */
    private String backgroundSleep(Path file) {
        return "sleep 60 & read -r s </proc/$!/stat; set -- ${s##*) }; echo $! ${20} >" + file + ".new; mv " + file
                + ".new " + file + ";";
    }

    @Test
    void returnsOutputAndStatus() throws Exception {
        ProcessResult result = processes.run(sh("echo out; echo err >&2; exit 3"), soon());

        assertThat(result).isEqualTo(new ProcessResult(3, "out\nerr\n", false));
    }

    @Test
    void passesArgumentsUnchanged() throws Exception {
        ProcessResult result =
                processes.run(ProcessSpec.of(List.of("printf", "[%s]", "", "a b", "$HOME", "'\"\n", "-n")), soon());

        assertThat(result.output()).isEqualTo("[][a b][$HOME]['\"\n][-n]");
    }

    @Test
    void givesNoInput() throws Exception {
        assertThat(processes.run(ProcessSpec.of(List.of("cat")), soon())).isEqualTo(new ProcessResult(0, "", false));
    }

    @Test
    void runsInASessionOfItsOwn() throws Exception {
        ProcessResult result = processes.run(ProcessSpec.of(List.of("cat", "/proc/self/stat")), soon());

        long pid = Long.parseLong(result.output().split(" ")[0]);
        ProcStat stat = ProcStat.parse(result.output());
        assertThat(stat.session())
                .isEqualTo(pid)
                .isNotEqualTo(
                        ProcStat.of(ProcessHandle.current().pid()).orElseThrow().session());
        assertThat(stat.group()).isEqualTo(pid);
    }

    @Test
    void findsAProcessAtEachMomentWhileItBecomesOthers() throws Exception {
        Path script =
                Files.writeString(folder.resolve("chain"), "[ $1 = 0 ] || exec sh $0 $(($1 - 1)); exec sleep 60\n");
        ChildProcess process = processes.start(
                ProcessSpec.of(List.of("sh", script.toString(), "500")).machine(machine));
        try {
            List<String> command = List.of();
            while (!command.contains("60")) {
                command = processes.tagged().stream()
                        .filter(found -> found.machine().equals(machine))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("process " + process.pid() + " was missed"))
                        .command();
                assertThat(command.get(0)).isNotEmpty();
            }
        } finally {
            process.kill();
        }
    }

    @Test
    void inheritsNoFileDescriptors() throws Exception {
        try (var open = Files.newByteChannel(Files.createFile(folder.resolve("open")))) {
            ProcessResult result = processes.run(sh("ls /proc/$$/fd"), soon());
            assertThat(result.output().split("\n")).containsExactlyInAnyOrder("0", "1", "2");
            assertThat(open.isOpen()).isTrue();
        }
    }

    @Test
    void inheritsOnlyTheHarmlessEnvironment() throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of("PATH", PATH, "HOME", "/h", "LC_ALL", "C"));
        environment.putAll(Map.of("XDG_STATE_HOME", "/x", "SPREAD_PASSWORD", "canary", "LC", "canary"));
        environment.putAll(
                Map.of("ALLOCATOR_MACHINE", "canary", "LD_PRELOAD", "canary", "JAVA_TOOL_OPTIONS", "canary"));
        SessionProcesses filtered = new SessionProcesses(realm, environment);

        ProcessResult plain = filtered.run(ProcessSpec.of(List.of("env")), soon());
        ProcessResult tagged = filtered.run(
                ProcessSpec.of(List.of("env")).machine(machine).env("A", "b c").env("ALLOCATOR_REALM", "forged"),
                soon());

        assertThat(plain.output()).doesNotContain("canary");
        assertThat(plain.output().lines().filter(line -> !line.startsWith("PWD=") && !line.startsWith("_=")))
                .containsExactlyInAnyOrder(
                        "PATH=" + PATH, "HOME=/h", "LC_ALL=C", "XDG_STATE_HOME=/x", "ALLOCATOR_REALM=" + realm);
        assertThat(tagged.output().lines())
                .contains("A=b c", "ALLOCATOR_REALM=" + realm, "ALLOCATOR_MACHINE=" + machine);
    }

    @Test
    void appendsToAPrivateFile() throws Exception {
        Path log = folder.resolve("log");
        ProcessSpec spec = sh("echo line; echo more >&2").output(log);

        assertThat(processes.run(spec, soon()).output()).isEmpty();
        processes.start(spec).exit().toCompletableFuture().get(10, TimeUnit.SECONDS);

        assertThat(log).hasContent("line\nmore\nline\nmore");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                .isEqualTo("rw-------");
    }

    @Test
    void runsInTheGivenFolder() throws Exception {
        Path program = Files.writeString(folder.resolve("tool"), "#!/bin/sh\npwd\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));

        ProcessResult result = processes.run(ProcessSpec.of(List.of("./tool")).directory(folder), soon());

        assertThat(result.output().strip()).isEqualTo(folder.toRealPath().toString());
        assertThat(processes.run(sh("pwd"), soon()).output()).isEqualTo("/\n");
    }

    @Test
    void keepsTheFirstMebibyteOfEndlessOutput() throws Exception {
        ProcessResult result = processes.run(sh("yes 0123456789abcde | head -c 40000000; exit 4"), soon());

        assertThat(result.exitStatus()).isEqualTo(4);
        assertThat(result.output()).hasSize(1 << 20).startsWith("0123456789abcde\n0");
    }

    @Test
    void doesNotWaitForAGrandchildThatKeepsTheOutputOpen() throws Exception {
        Path file = folder.resolve("grandchild");

        ProcessResult result = processes.run(sh(backgroundSleep(file) + "echo done"), soon());

        ProcessIdentity grandchild = awaitIdentity(file);
        assertThat(result).isEqualTo(new ProcessResult(0, "done\n", false));
        assertThat(grandchild.isAlive()).isTrue();
        grandchild.kill();
        awaitGone(grandchild);
    }

    @Test
    void killsTheWholeGroupAtTheDeadline() throws Exception {
        Path file = folder.resolve("grandchild");

        ProcessResult result =
                processes.run(sh(backgroundSleep(file) + "echo started; wait"), Deadline.in(Duration.ofSeconds(2)));

        assertThat(result).isEqualTo(new ProcessResult(137, "started\n", true));
        awaitGone(awaitIdentity(file));
    }

    @Test
    void killsTheWholeGroupWhenInterrupted() throws Exception {
        Path file = folder.resolve("grandchild");
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                processes.run(sh(backgroundSleep(file) + "wait"), soon());
            } catch (IOException | InterruptedException e) {
                thrown.set(e);
            }
        });
        thread.start();
        ProcessIdentity grandchild = awaitIdentity(file);

        thread.interrupt();

        thread.join(5_000);
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        awaitGone(grandchild);
    }

    @Test
    void leavesNoZombiesAndNoFiles() throws Exception {
        Set<Path> before = captured(); // by programs that were killed
        for (int i = 0; i < 5; i++) {
            processes.run(sh("exit 0"), soon());
            processes.run(sh("sleep 60"), Deadline.in(Duration.ofMillis(50)));
        }

        await().atMost(Duration.ofSeconds(10))
                .until(() -> ProcessHandle.current()
                        .children()
                        .noneMatch(child -> ProcStat.of(child.pid())
                                .filter(stat -> !stat.isAlive())
                                .isPresent()));
        // Other builds on this host may have such a file for a moment, too.
        await().atMost(Duration.ofSeconds(10)).until(() -> before.containsAll(captured()));
    }

    private static Set<Path> captured() throws IOException {
        Set<Path> found = new HashSet<>();
        try (var files = Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "allocator-*.out")) {
            files.forEach(found::add);
        }
        return found;
    }

    @Test
    void namesTheMissingProgram() {
        assertThatThrownBy(() -> processes.run(ProcessSpec.of(List.of("no-such-tool", "x")), soon()))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot start no-such-tool: not found in PATH (" + PATH + ")");
        assertThatThrownBy(() -> processes.start(ProcessSpec.of(List.of("/no/such/tool"))))
                .hasMessage("cannot start /no/such/tool: no such file");
        assertThatThrownBy(() -> processes.start(ProcessSpec.of(List.of("/etc/passwd"))))
                .hasMessage("cannot start /etc/passwd: not executable");
        assertThatThrownBy(() -> processes.start(sh("true").directory(folder.resolve("gone"))))
                .hasMessage("cannot start sh: its folder " + folder.resolve("gone") + " does not exist");
    }

    @Test
    void tellsTheExitStatusOfAStartedProcess() throws Exception {
        ChildProcess failing = processes.start(sh("exit 7"));
        ChildProcess killed = processes.start(sh("kill -TERM $$"));

        assertThat(failing.exit().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isEqualTo(7);
        assertThat(killed.exit().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isEqualTo(128 + 15);
        killed.kill();
    }

    @Test
    void killsAStartedProcessWithItsChildren() throws Exception {
        Path file = folder.resolve("grandchild");
        ChildProcess child = processes.start(sh(backgroundSleep(file) + "wait"));
        ProcessIdentity grandchild = awaitIdentity(file);

        child.kill();

        assertThat(child.exit().toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(137);
        awaitGone(grandchild);
    }
}
