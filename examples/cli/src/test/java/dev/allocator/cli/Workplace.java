package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.cli.Installation.Ran;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A project's folder, a configuration above it, a state directory, and processes of the built program there. */
final class Workplace implements AutoCloseable {

    static final String PROGRAM =
            Path.of(System.getProperty("dist"), "bin/allocator").toString();
    static final String WRONG_PASSWORD = "n0t-the-Password";

    final Path folder;
    final Path state;
    final Path project;
    private final List<Started> all = Collections.synchronizedList(new ArrayList<>());

    /** With profiles of QEMU. */
    Workplace(Path scratch) throws IOException {
        this(scratch, """
                providers: {qemu: {accel: tcg}}
                x-guest: &guest {provider: qemu, memory: 512MiB, image: '%s', login: {user: debian, password: debian}}
                profiles:
                  debian-12: *guest
                  wrong-password: {<<: *guest, timeout: 60s, login: {user: debian, password: %s}}
                  no-image: {<<: *guest, image: missing.qcow2}
                  panic: {<<: *guest, timeout: 25s, image: '%s'}
                  cloud: {provider: qemu, memory: 512MiB, image: '%s'}
                """.formatted(
                        quoted(DemoImages.plain()),
                        WRONG_PASSWORD,
                        quoted(DemoImages.panicking()),
                        quoted(DemoImages.cloud())));
    }

    Workplace(Path scratch, String configuration) throws IOException {
        folder = scratch;
        state = scratch.resolve("state");
        project = Files.createDirectories(scratch.resolve("project"));
        Files.writeString(scratch.resolve("allocator.yaml"), configuration);
    }

    private static String quoted(Path path) {
        return path.toString().replace("'", "''");
    }

    /** A process whose output goes to files. Its input stays open until it is closed. */
    record Started(Process process, Path stdout, Path stderr) {

        String out() {
            return text(stdout);
        }

        String err() {
            return text(stderr);
        }

        private static String text(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new AssertionError("cannot read " + file, e);
            }
        }

        Ran await() throws InterruptedException {
            return await(240);
        }

        Ran await(int seconds) throws InterruptedException {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new AssertionError("still running after " + seconds + " s; error output: " + err());
            }
            return new Ran(process.exitValue(), out(), err());
        }

        void feed(String text) throws IOException {
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(text.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** Starts the program. */
    Started start(String... words) throws IOException {
        return start(
                Map.of(), Stream.concat(Stream.of(PROGRAM), Stream.of(words)).toList());
    }

    /** Starts any program. */
    Started start(Map<String, String> environment, List<String> command) throws IOException {
        Path out = Files.createTempFile(folder, "out", null);
        Path err = Files.createTempFile(folder, "err", null);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeAll(PasswordSource.VARIABLES);
        builder.environment().remove("ALLOCATOR_CONFIG");
        builder.environment().put("ALLOCATOR_STATE_DIR", state.toString());
        builder.environment().put("XDG_CONFIG_HOME", folder.resolve("no-config").toString());
        builder.environment().putAll(environment);
        Started started = new Started(builder.start(), out, err);
        all.add(started);
        return started;
    }

    Ran run(String... words) throws Exception {
        return start(words).await();
    }

    /** The address that an allocation prints, alone. */
    static String address(Ran allocated) {
        assertThat(allocated.status()).as(allocated.err()).isZero();
        assertThat(allocated.out()).matches("127\\.0\\.0\\.1:[0-9]+\n");
        return allocated.out().strip();
    }

    /** What a command prints for somebody who logs in with OpenSSH and a password: the judge of log-ins. */
    String login(String address, String user, String password, String command) throws Exception {
        Path secret = Files.writeString(folder.resolve("judge-password"), password + "\n");
        Path askPass = Files.writeString(folder.resolve("judge-askpass"), "#!/bin/sh\ncat '" + secret + "'\n");
        assertThat(askPass.toFile().setExecutable(true)).isTrue();
        String[] hostAndPort = address.split(":");
        Ran ran = start(
                        Map.of("SSH_ASKPASS", askPass.toString(), "SSH_ASKPASS_REQUIRE", "force"),
                        List.of(
                                "ssh",
                                "-Fnone",
                                "-n",
                                "-oStrictHostKeyChecking=no",
                                "-oUserKnownHostsFile=/dev/null",
                                "-oLogLevel=ERROR",
                                "-oPubkeyAuthentication=no",
                                "-oNumberOfPasswordPrompts=1",
                                "-p" + hostAndPort[1],
                                user + "@" + hostAndPort[0],
                                command))
                .await(60);
        Files.delete(secret);
        assertThat(ran.status()).as(ran.err()).isZero();
        return ran.out();
    }

    /** Looks for leftovers; the processes of a test that failed are ended. */
    @Override
    public void close() {
        all.forEach(started -> started.process().destroyForcibly());
        try {
            Host.awaitNoMachines(state);
        } finally {
            Host.machineProcesses(state)
                    .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
    }
}
