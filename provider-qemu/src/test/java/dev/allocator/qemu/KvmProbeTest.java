package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.spi.Deadline;
import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.Diagnosis.Severity;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.Provider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvmProbeTest {

    @TempDir
    Path folder;

    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(60));
    }

    @Test
    void theTinyGuestRunsInEmulation() throws Exception {
        Path qemu = Fixtures.requireQemu();

        ProcessResult result = new KvmProbe(new TestContext(folder)).boot(qemu, "tcg", soon());

        assertThat(result).isEqualTo(new ProcessResult(KvmProbe.PASSED, "", false));
    }

    @Test
    void aGuestThatHangsIsNotTakenForWorking() throws Exception {
        Accelerator accelerator = probe("exec sleep 60");

        assertThat(accelerator.name()).isEqualTo("tcg");
        assertThat(accelerator.reason()).contains("did not end within 2s");
    }

    @Test
    void anAbortIsQuoted() throws Exception {
        Accelerator accelerator = probe("echo 'qemu-system-x86_64: error: failed to set MSR' >&2; kill -ABRT $$");

        assertThat(accelerator)
                .isEqualTo(Accelerator.insteadOfKvm(
                        "/dev/kvm can be opened, but QEMU was killed by signal 6: failed to set MSR"));
    }

    @Test
    void aCleanExitWithoutTheGuestsSignIsAFailure() throws Exception {
        assertThat(probe("exit 0").name()).isEqualTo("tcg");
        assertThat(probe("exit 33")).isEqualTo(Accelerator.kvm("a tiny guest ran under KVM"));
    }

    private Accelerator probe(String script) throws Exception {
        Path qemu = Files.writeString(folder.resolve("qemu"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(qemu, PosixFilePermissions.fromString("rwx------"));
        return new KvmProbe(new TestContext(folder))
                .run(qemu, Architecture.X86_64, soon())
                .accelerator();
    }

    @Test
    void diagnosesVersionAndAccelerator() {
        Fixtures.requireQemu();
        try (Provider provider = new QemuProviderFactory().open(new TestContext(folder))) {
            assertThat(provider.diagnose())
                    .hasSizeGreaterThanOrEqualTo(2)
                    .first()
                    .satisfies(version -> {
                        assertThat(version.severity()).isEqualTo(Severity.INFO);
                        assertThat(version.message()).contains("QEMU emulator version");
                    });
            assertThat(provider.diagnose().get(1).message()).containsAnyOf("kvm: ", "(tcg), which is slow: ");
        }
    }

    @Test
    void diagnosesMissingTools() {
        TestContext context = new TestContext(folder).path(folder.toString());
        try (Provider provider = new QemuProviderFactory().open(context)) {
            assertThat(provider.diagnose())
                    .extracting(Diagnosis::severity)
                    .containsExactly(Severity.ERROR, Severity.ERROR);
        }
    }
}
