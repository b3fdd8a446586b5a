package dev.allocator.core.spread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.ConfigurationException;
import dev.allocator.HostAndPort;
import dev.allocator.core.process.ProcessIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** spread's files, as spread 32cad07 writes them, and processes that stand in for it. */
class SpreadFilesTest {

    private static final HostAndPort ADDRESS = new HostAndPort("127.0.0.1", 40123);
    private static final String LISTED = """
            backends:
              adhoc:
                systems:
                - debian-12:
                    username: debian
                    password: debian
                    address: 127.0.0.1:40123
                - debian-12:
                    password: "*&!%@${x}"
                    address: 192.0.2.7
                    data:
                      id: 7
              other:
                systems:
                - ubuntu-24.04-64:
                    password: ""
                    address: "[2001:db8::1]:2222"
            """;

    @TempDir
    Path project;

    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void realPath() throws Exception {
        project = project.toRealPath();
    }

    @AfterEach
    void killAll() {
        started.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    private Path write(String name, String text) throws Exception {
        return Files.writeString(project.resolve(name), text);
    }

    /** Starts a shell script; the result is the first line it prints, a pid. */
    private long start(String... command) throws Exception {
        boolean required = "required".equals(System.getProperty("e2e"));
        Assumptions.assumeTrue(
                required || Files.isExecutable(Path.of("/usr/bin/flock")) && Files.exists(Path.of("/proc/locks")),
                "flock or /proc/locks is missing");
        Process process =
                new ProcessBuilder(command).directory(project.toFile()).start();
        started.add(process);
        return Long.parseLong(process.inputReader().readLine());
    }

    /** A process that holds the flock of a file for its life, as spread does; flock(1) itself waits for the other. */
    private ProcessIdentity hold(String file) throws Exception {
        long inner = start("flock", file, "sh", "-c", "echo $$; exec sleep 600");
        long flock =
                ProcessHandle.of(inner).orElseThrow().parent().orElseThrow().pid();
        return ProcessIdentity.of(flock).orElseThrow();
    }

    @Test
    void nothingIsKeptWithoutFiles() {
        assertThat(ReuseFiles.of(project, ADDRESS)).isEqualTo(new ReuseFiles.Use(Optional.empty(), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:40123", "192.0.2.7:22", "192.0.2.7", "[2001:db8::1]:2222"})
    void aListedAddressIsKept(String address) throws Exception {
        write(".spread-reuse.yaml", LISTED);

        assertThat(ReuseFiles.of(project, HostAndPort.parse(address, 22)).kept())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "backends: {}\n", "backends:\n  adhoc:\n    systems: []\n", "x: [1]\n"})
    void anotherAddressIsNot(String text) throws Exception {
        write(".spread-reuse.yaml", text);

        assertThat(ReuseFiles.of(project, ADDRESS).kept()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"backends: {", "backends: {adhoc: {systems: [{a-b: {address: 'x y'}}]}}", "a: !!binary eA==\n"})
    void whatCannotBeReadIsUnknownAndKept(String text) throws Exception {
        write(".spread-reuse.yaml", text);

        assertThat(ReuseFiles.of(project, ADDRESS).kept()).isTrue();
        assertThat(ReuseFiles.of(project.resolve("gone"), ADDRESS).kept()).isTrue();
    }

    @Test
    void whileSpreadWritesTheNewFileCounts() throws Exception {
        write(".spread-reuse.yaml", "");
        write(".spread-reuse.yaml.new", LISTED);

        assertThat(ReuseFiles.of(project, ADDRESS).kept()).isTrue();
    }

    @Test
    void theFileOfAKilledRunKeepsNothing() throws Exception {
        write(".spread-reuse.4711.yaml", LISTED);

        assertThat(ReuseFiles.of(project, ADDRESS)).isEqualTo(new ReuseFiles.Use(Optional.empty(), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {".spread-reuse.yaml", ".spread-reuse.4711.yaml"})
    void aLivingSpreadThatHoldsTheFileUsesTheMachine(String file) throws Exception {
        write(file, LISTED);
        ProcessIdentity later = hold(file);

        assertThat(ReuseFiles.of(project, ADDRESS)).isEqualTo(new ReuseFiles.Use(Optional.of(later), true));
        assertThat(ReuseFiles.of(project, new HostAndPort("127.0.0.1", 1)).user())
                .isEmpty();

        later.kill();

        await().untilAsserted(
                        () -> assertThat(ReuseFiles.of(project, ADDRESS).user()).isEmpty());
    }

    @Test
    void lookingNeverTakesTheLock() throws Exception {
        Path file = write(".spread-reuse.yaml", LISTED);

        assertThat(FileLocks.holder(file)).isEmpty();
        assertThat(ReuseFiles.of(project, ADDRESS).kept()).isTrue();
        assertThat(Files.readString(Path.of("/proc/locks")))
                .doesNotContain(":" + Files.getAttribute(file, "unix:ino") + " 0 EOF");
    }

    // ---- who asks

    private SpreadSearch search(long pid, Map<String, String> more) {
        Map<String, String> environment =
                new java.util.HashMap<>(Map.of("SPREAD_BACKEND", "adhoc", "SPREAD_SYSTEM", "debian-12"));
        environment.putAll(more);
        return new SpreadSearch(environment, project.resolve("tests"), pid);
    }

    private Optional<SpreadRun> run(long pid) throws Exception {
        Files.createDirectories(project.resolve("tests"));
        return search(pid, Map.of()).run("host", "boot", "namespace");
    }

    private Path script(String name) throws Exception {
        Path script = write(name, "#!/bin/sh\nsh -c 'echo $$; exec sleep 600'\n:\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script;
    }

    @Test
    void outsideOfSpreadThereIsNoRun() throws Exception {
        Files.createDirectories(project.resolve("tests"));

        assertThat(search(1, Map.of("SPREAD_SYSTEM", "")).run("h", "b", "n")).isEmpty();
        assertThat(search(1, Map.of("SPREAD_BACKEND", "")).run("h", "b", "n")).isEmpty();
    }

    @Test
    void spreadIsFoundByItsName() throws Exception {
        write("spread.yaml", "");
        long called = start(script("spread").toString());
        SpreadRun run = run(called).orElseThrow();

        assertThat(run.project()).contains(project);
        assertThat(run.grace()).isEqualTo(Duration.ofMinutes(15));
        assertThat(run.labels())
                .containsExactly(
                        Map.entry("spread.project", project.toString()),
                        Map.entry("spread.backend", "adhoc"),
                        Map.entry("spread.system", "debian-12"));
        assertThat(run.process().orElseThrow().identity())
                .isEqualTo(ProcessIdentity.of(started.get(0).pid()).orElseThrow());
    }

    @Test
    void spreadIsFoundByItsFile() throws Exception {
        write(".spread.yaml", "");
        long called = start(script("runner").toString());
        assertThat(run(called).orElseThrow().process()).isEmpty();

        write(".spread-reuse." + started.get(0).pid() + ".yaml", "");

        assertThat(run(called).orElseThrow().process().orElseThrow().identity().pid())
                .isEqualTo(started.get(0).pid());
    }

    @Test
    void anOldFileOfAnotherProcessDoesNotHideSpread() throws Exception {
        write("spread.yaml", "");
        Path inner = script("inner");
        Path spread = write("spread", "#!/bin/sh\n" + inner + "\n:\n");
        assertThat(spread.toFile().setExecutable(true)).isTrue();
        long called = start(spread.toString());
        long between =
                ProcessHandle.of(called).orElseThrow().parent().orElseThrow().pid();
        assertThat(between).isNotEqualTo(started.get(0).pid());
        write(".spread-reuse." + between + ".yaml", "");

        assertThat(run(called).orElseThrow().process().orElseThrow().identity().pid())
                .isEqualTo(started.get(0).pid());
    }

    @Test
    void spreadIsFoundByTheLockOfItsFile() throws Exception {
        write("spread.yaml", "");
        write(".spread-reuse.yaml", "");
        ProcessIdentity spread = hold(".spread-reuse.yaml");
        long called = ProcessHandle.of(spread.pid())
                .orElseThrow()
                .children()
                .findFirst()
                .orElseThrow()
                .pid();

        assertThat(run(called).orElseThrow().process().orElseThrow().identity()).isEqualTo(spread);
    }

    @Test
    void withoutAProjectThereIsARunAllTheSame() throws Exception {
        assertThat(run(1).orElseThrow().labels()).containsOnlyKeys("spread.backend", "spread.system");
    }

    @ParameterizedTest
    @ValueSource(strings = {"15", "0s", "-1m"})
    void theGracePeriodIsADuration(String text) throws Exception {
        Files.createDirectories(project.resolve("tests"));

        assertThatThrownBy(
                        () -> search(1, Map.of("ALLOCATOR_SPREAD_GRACE", text)).run("h", "b", "n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the variable ALLOCATOR_SPREAD_GRACE: ");
        assertThat(search(1, Map.of("ALLOCATOR_SPREAD_GRACE", "1m30s"))
                        .run("h", "b", "n")
                        .orElseThrow()
                        .grace())
                .isEqualTo(Duration.ofSeconds(90));
    }
}
