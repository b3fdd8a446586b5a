package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuMessagesTest {

    @Test
    void takesTheLastLineThatSaysSomething() {
        String output = """
                qemu-system-x86_64: warning: host doesn't support requested feature: CPUID.01H:ECX.pni [bit 0]
                qemu-system-x86_64: error: failed to set MSR 0x10a to 0x69
                qemu-system-x86_64: ../../target/i386/kvm/kvm.c:3183: kvm_buf_set_msrs: Assertion `ret == n' failed.

                """;

        assertThat(QemuMessages.last(output)).contains("failed to set MSR 0x10a to 0x69");
        assertThat(QemuMessages.last("\n")).isEmpty();
    }

    @Test
    void readsTheEndOfALongLog(@TempDir Path folder) throws Exception {
        Path log = Files.writeString(folder.resolve("log"), "noise\n".repeat(100_000) + "qemu-img: the end\n");

        assertThat(QemuMessages.lastIn(log)).contains("the end");
        assertThat(QemuMessages.lastIn(folder.resolve("none"))).isEmpty();
    }

    @Test
    void saysHowItEnded() {
        assertThat(QemuMessages.ended(1, Optional.of("why"))).isEqualTo("QEMU exited with status 1: why");
        assertThat(QemuMessages.ended(0, Optional.empty())).isEqualTo("QEMU exited with status 0");
        assertThat(QemuMessages.ended(137, Optional.empty())).isEqualTo("QEMU was killed by signal 9");
        assertThat(QemuMessages.ended(-1, Optional.of("why"))).isEqualTo("QEMU ended: why");
    }

    @Test
    void saysWhatToDoAboutWellKnownMessages() {
        assertThat(QemuMessages.explain("cannot set up guest memory 'pc.ram': Cannot allocate memory"))
                .endsWith("make the machine smaller or stop others");
        assertThat(QemuMessages.explain("Failed to get \"write\" lock")).contains("another process");
        assertThat(QemuMessages.explain("Could not access KVM kernel module: Permission denied"))
                .contains("group kvm");
        assertThat(QemuMessages.explain("Could not open '/a': Permission denied"))
                .contains("readable by this user");
        assertThat(QemuMessages.explain("else")).isEqualTo("else");
    }
}
