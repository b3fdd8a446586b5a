package dev.allocator.qemu.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.qemu.guest.DemoImages;
import dev.allocator.testkit.LeakJudge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A program is killed with SIGKILL at instants between which a machine of QEMU is in different states. Then nobody
 * opens an allocator, and everything has to be gone, judged by a shell script.
 */
@Timeout(360)
@Execution(ExecutionMode.CONCURRENT)
class NamedInstantsTest {

    private static final Duration GONE = Duration.ofSeconds(10);

    @TempDir
    Path temp;

    @ParameterizedTest
    @EnumSource
    void nothingIsLeft(Instant instant) throws Exception {
        Path image = DemoImages.plain();
        Process foreign = plantForeignMachine();
        try {
            makeSlow(instant);
            Process program = start(instant, image);
            try {
                assertThat(program.waitFor(300, TimeUnit.SECONDS)).isTrue();
            } finally {
                program.destroyForcibly();
            }
            assertThat(program.exitValue())
                    .as(Files.readString(temp.resolve("out")))
                    .isEqualTo(137);
            assertThat(temp.resolve("reached")).as("%s", instant).exists();
            List<String> left = judge().leftovers();
            Duration gone = judge().awaitClean(GONE);
            System.out.printf(
                    "%s: left %d processes, %d files; gone after %d ms%n",
                    instant,
                    left.stream().filter(line -> line.startsWith("process")).count(),
                    left.stream()
                            .filter(line -> line.contains("of a machine: "))
                            .count(),
                    gone.toMillis());
            assertThat(foreign.isAlive()).as("the other realm's machine lives").isTrue();
        } finally {
            foreign.destroyForcibly();
        }
    }

    private LeakJudge judge() {
        return LeakJudge.of(temp.resolve("state"))
                .temporaryFiles(temp.resolve("tmp"))
                .timekeeperMayLinger();
    }

    private Process start(Instant instant, Path image) throws IOException {
        Path temporary = Files.createDirectory(temp.resolve("tmp"));
        ProcessBuilder program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledProgram.class.getName(),
                        instant.name(),
                        image.toString())
                .directory(temp.toFile())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("out").toFile());
        program.environment().keySet().removeIf(name -> name.startsWith("ALLOCATOR_") || name.startsWith("XDG_"));
        program.environment().put("HOME", temp.toString());
        program.environment().put("TMPDIR", temporary.toString());
        return program.start();
    }

    /** For two instants that are too short to be hit: makes what starts QEMU take its time. */
    private void makeSlow(Instant instant) throws IOException {
        Path bin = Files.createDirectory(temp.resolve("bin"));
        String program = instant == Instant.LAUNCHER_STARTED ? "setsid" : "qemu-system-x86_64";
        if (instant == Instant.LAUNCHER_STARTED || instant == Instant.LAUNCHER_RECORDED) {
            Path slow = Files.createFile(
                    bin.resolve(program),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            Files.writeString(slow, """
                    #!/bin/sh
                    case "$*" in *overlay.qcow2*-uuid*|*-uuid*overlay.qcow2*) sleep 2 ;; esac
                    PATH=${PATH#*:}
                    exec %s "$@"
                    """.formatted(program));
        }
    }

    /** A process that looks like a QEMU of another realm. */
    private Process plantForeignMachine() throws IOException {
        String id = UUID.randomUUID().toString();
        Path folder = Files.createDirectories(temp.resolve("foreign/machines/qemu/" + id));
        ProcessBuilder machine =
                new ProcessBuilder("/bin/sh", "-c", "read -r end", "sh", "-uuid", id).directory(folder.toFile());
        machine.environment().put("ALLOCATOR_REALM", UUID.randomUUID().toString());
        machine.environment().put("ALLOCATOR_MACHINE", id);
        return machine.start();
    }
}
