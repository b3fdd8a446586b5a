package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.cli.Installation.Ran;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A spread project whose machines are QEMUs without a guest, and a program named {@code spread} that runs the scripts
 * of its backend as spread does and locks its file. Profile {@code up-1} is ready at once, {@code never-1} never.
 */
final class SpreadProject implements AutoCloseable {

    /**
     * It says which shell runs the script, survives Ctrl-C, and ends when its input does. The lock is on a descriptor
     * that the script does not get.
     */
    private static final String SPREAD = """
            #!/bin/bash
            trap : INT
            exec 9>>"${3:-.spread-reuse.$$.yaml}"
            flock 9
            sh -c 'echo $$ >shell; exec /bin/bash -eu -' <"$1" >"$2" 2>&1 9>&-
            echo $? >status
            read -r line
            """;

    private static final Pattern ADDRESS = Pattern.compile("(?m)^<ADDRESS (\\S+)>$");

    final Path state;
    final Path folder;
    private final Path programs;
    private final Path output;
    private final List<Process> started = new ArrayList<>();

    SpreadProject(Path scratch) throws IOException {
        requirePrograms("qemu-system-x86_64", "qemu-img", "flock", "setsid", "bash");
        state = scratch.resolve("state");
        folder = Files.createDirectory(scratch.resolve("project")).toRealPath();
        programs = Files.createDirectory(scratch.resolve("programs"));
        output = scratch.resolve("output");
        Files.createFile(output);
        Files.writeString(folder.resolve("spread.yaml"), "project: test\n");
        Files.writeString(scratch.resolve("allocator.yaml"), """
                providers: {qemu: {accel: tcg}}
                x-tiny: &tiny
                  {provider: qemu, arch: x86_64, memory: 64MiB, image: tiny.img, login: {user: debian, password: debian}}
                profiles:
                  up-1: {<<: *tiny, readiness: none}
                  never-1: {<<: *tiny, timeout: 3m}
                """);
        // Its boot sector halts for ever.
        ByteBuffer disk = ByteBuffer.allocate(1 << 20);
        disk.put(HexFormat.of().parseHex("faf4ebfd")).put(510, (byte) 0x55).put(511, (byte) 0xaa);
        Files.write(scratch.resolve("tiny.img"), disk.array());
        Path spread = Files.writeString(programs.resolve("spread"), SPREAD);
        assertThat(spread.toFile().setExecutable(true)).isTrue();
        Files.createSymbolicLink(
                programs.resolve("spread-adhoc-allocator"),
                Path.of(Workplace.PROGRAM).resolveSibling("spread-adhoc-allocator"));
    }

    private static void requirePrograms(String... names) {
        for (String name : names) {
            boolean found = false;
            for (String path : System.getenv("PATH").split(":")) {
                found |= Files.isExecutable(Path.of(path, name));
            }
            if (!found && "required".equals(System.getProperty("e2e"))) {
                Assertions.fail(name + " is missing, and -De2e=required says that it must not be");
            }
            Assumptions.assumeTrue(found, name + " is not installed");
        }
    }

    private ProcessBuilder process(Map<String, String> variables, String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeAll(PasswordSource.VARIABLES);
        environment.remove("ALLOCATOR_CONFIG");
        environment.putAll(Map.of(
                "ALLOCATOR_STATE_DIR", state.toString(),
                "XDG_CONFIG_HOME", folder.resolve("no-config").toString(),
                "PROGRAMS", programs.toString()));
        environment.putAll(variables);
        return builder;
    }

    /** Starts spread, in a session of its own, which runs the allocate script of the example. */
    Process allocate(String profile, Map<String, String> more, String... reuseFile) throws Exception {
        return allocate(profile, SpreadScripts.input("allocate"), more, reuseFile);
    }

    Process allocate(String profile, String script, Map<String, String> more, String... reuseFile) throws Exception {
        Path input = Files.createTempFile(programs, "script", null);
        Files.writeString(input, script);
        List<String> command = new ArrayList<>(
                List.of("setsid", programs.resolve("spread").toString(), input.toString(), output.toString()));
        command.addAll(List.of(reuseFile));
        Map<String, String> variables = new HashMap<>(Map.of(
                "SPREAD_BACKEND", "adhoc",
                "SPREAD_SYSTEM", profile,
                "SPREAD_SYSTEM_USERNAME", "debian",
                "SPREAD_SYSTEM_PASSWORD", "debian",
                "SPREAD_SYSTEM_ADDRESS", ""));
        variables.putAll(more);
        Process spread = process(variables, command.toArray(String[]::new)).start();
        started.add(spread);
        return spread;
    }

    /** Runs the program to its end, outside of spread. */
    Ran run(String... words) throws Exception {
        return run(Map.of(), words);
    }

    Ran run(Map<String, String> variables, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(Workplace.PROGRAM));
        command.addAll(List.of(words));
        Path err = Files.createTempFile(programs, "err", null);
        Process process = process(variables, command.toArray(String[]::new))
                .redirectError(err.toFile())
                .start();
        started.add(process);
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), out, Files.readString(err));
    }

    /** Starts the program with a pipe for its output. */
    Process piped(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(Workplace.PROGRAM));
        command.addAll(List.of(words));
        Process process = process(Map.of(), command.toArray(String[]::new))
                .redirectErrorStream(true)
                .start();
        started.add(process);
        return process;
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    /** The address that the script tells. */
    String awaitAddress() throws IOException {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> ADDRESS.matcher(output()).find());
        Matcher address = ADDRESS.matcher(output());
        assertThat(address.find()).isTrue();
        return address.group(1);
    }

    /** The QEMUs. */
    List<Long> machines() {
        return Host.machineProcesses(state).stream()
                .filter(pid -> Host.read(pid, "cmdline").contains("/qemu-system-x86_64\0"))
                .toList();
    }

    /** Waits until QEMU runs, while its allocation goes on. */
    void awaitMachine() {
        await().atMost(Duration.ofSeconds(60)).until(() -> !machines().isEmpty());
    }

    /** Waits until the timekeeper has noticed, which looks each 10 s, and the reaper has done its work twice. */
    void awaitNothingLeft() {
        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            assertThat(machines()).isEmpty();
            assertThat(Host.files(state.resolve("records"))).isEmpty();
        });
    }

    /** The shell that runs the script. */
    long shell() throws IOException {
        return Long.parseLong(Files.readString(folder.resolve("shell")).strip());
    }

    /** The program that the script waits for. */
    long program() {
        return Host.processes()
                .filter(pid -> Host.read(pid, "cmdline").contains("dev.allocator.cli.Main\0allocate"))
                .filter(pid -> Host.read(pid, "environ").contains("ALLOCATOR_STATE_DIR=" + state + "\0"))
                .findFirst()
                .orElseThrow();
    }

    /** Kills one process, or with a negative number its group. */
    static void kill(String signal, long pid) throws Exception {
        Process kill = new ProcessBuilder("sh", "-c", "kill -s \"$0\" -- \"$1\"", signal, Long.toString(pid)).start();
        assertThat(kill.waitFor()).isZero();
    }

    /** Looks for leftovers; what a test that failed left is ended. */
    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
        try {
            Files.delete(programs.resolve("spread-adhoc-allocator")); // JUnit warns of links that lead elsewhere
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            Host.awaitNoMachines(state);
        } finally {
            Host.machineProcesses(state)
                    .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
    }
}
