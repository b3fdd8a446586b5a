package dev.allocator.qemu;

import dev.allocator.DataSize;
import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.qemu.guest.DemoImages;
import dev.allocator.spi.Machine;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.testkit.ProviderContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Real QEMUs with a guest of 16 bytes; only where somebody logs in, Debian. */
@Timeout(600)
class QemuProviderContractTest extends ProviderContract.V1 {

    @BeforeEach
    void stage() throws IOException {
        Fixtures.requireQemu();
        Fixtures.haltingDisk(folder().resolve("tiny.img"));
        Path slow = folder().resolve("slow-qemu");
        Files.writeString(slow, "#!/bin/sh\nsleep 2\nexec qemu-system-x86_64 \"$@\"\n");
        Files.setPosixFilePermissions(slow, PosixFilePermissions.fromString("rwx------"));
    }

    @Override
    protected ProviderFactory factory() {
        return new QemuProviderFactory();
    }

    @Override
    protected Map<String, Object> settings() {
        return Map.of("accel", "tcg", "boot-slots", 64); // the guest of 16 bytes never wakes
    }

    @Override
    protected Profile profile() {
        return tiny("cheap").build();
    }

    private Profile.Builder tiny(String name) {
        return Profile.named(name, "qemu")
                .image(folder().resolve("tiny.img").toString())
                .arch("x86_64")
                .memory(DataSize.ofMebibytes(64))
                .readiness(Readiness.none());
    }

    @Override
    protected Optional<Profile> slowProfile() {
        return Optional.of(tiny("slow").build());
    }

    @Override
    protected Map<String, Object> slowSettings() {
        return Map.of(
                "accel",
                "tcg",
                "boot-slots",
                64,
                "binary",
                folder().resolve("slow-qemu").toString());
    }

    @Override
    protected Optional<Profile> impossibleProfile() {
        return Optional.of(tiny("impossible").image("/no/such.img").build());
    }

    @Override
    protected Optional<Profile> loginProfile() {
        return Optional.of(Profile.named("cloud", "qemu")
                .image(DemoImages.cloud().toString())
                .memory(DataSize.ofMebibytes(512))
                .build());
    }

    @Override
    protected Optional<List<String>> outside(MachineId machine) {
        List<String> seen = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder());
                Stream<Path> processes = Files.list(Path.of("/proc"))) {
            files.filter(file -> file.toString().contains(machine.value())
                            && !Files.isDirectory(file)
                            && !file.endsWith("discarded"))
                    .forEach(file -> seen.add(file.toString()));
            processes
                    .filter(process -> commandLine(process).contains(machine.value()))
                    .forEach(process -> seen.add(process + " " + commandLine(process)));
        } catch (IOException | java.io.UncheckedIOException e) {
            return outside(machine); // files come and go while they are walked through
        }
        return Optional.of(seen);
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // no process, or gone
        }
    }

    @Override
    protected boolean kill(Machine machine) {
        return ProcessHandle.of(Long.parseLong(machine.attributes().get("pid")))
                .orElseThrow()
                .destroyForcibly();
    }
}
