package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.MachineId;
import dev.allocator.Share;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandLineTest {

    private final MachineId machine = new MachineId("00000000-0000-4000-8000-00000000abcd");

    private Guest guest(Architecture architecture, Optional<Path> firmware) {
        DiskImage image = new DiskImage(Path.of("/images/a, b.img"), "raw", 1 << 30);
        return new Guest(machine, Path.of("/bin/qemu"), architecture, firmware, image, 3, 512, 2L << 30, List.of());
    }

    @Test
    void sharesFoldersWhateverTheyAreCalled() {
        List<Share> shares = List.of(
                new Share(Path.of("/a, b"), "/mnt/a", false), new Share(Path.of("/c,readonly=off"), "/mnt/c", true));

        assertThat(SharedFolders.arguments(shares))
                .containsExactly(
                        "-fsdev",
                        "local,id=share0,path=/a,, b,security_model=none,multidevs=remap",
                        "-device",
                        "virtio-9p-pci,fsdev=share0,mount_tag=share0",
                        "-fsdev",
                        "local,id=share1,path=/c,,readonly=off,security_model=none,multidevs=remap,readonly=on",
                        "-device",
                        "virtio-9p-pci,fsdev=share1,mount_tag=share1");
        assertThat(SharedFolders.mounts(shares))
                .satisfiesExactly(mount -> assertThat(mount.options()).doesNotStartWith("ro"), mount -> {
                    assertThat(mount.source()).isEqualTo("share1");
                    assertThat(mount.options()).startsWith("ro,trans=virtio");
                    assertThat(mount.share()).isEqualTo(shares.get(1));
                });
    }

    @Test
    void saysAllThatMatters() {
        List<String> command = CommandLine.of(guest(Architecture.X86_64, Optional.empty()), "tcg", false);

        assertThat(command).first().isEqualTo("/bin/qemu");
        assertThat(String.join(" ", command))
                .contains("-uuid " + machine)
                .contains("-machine pc -accel tcg,tb-size=256 -cpu max")
                .contains("-smp 3 -m 512M")
                .contains("hostfwd=tcp:127.0.0.1:0-:22")
                .contains("-serial file:console.log")
                .contains("-qmp unix:qmp.sock,server=on,wait=off -qmp unix:qmp-discard.sock,server=on,wait=off"
                        + " -qmp unix:qmp-events.sock,server=on,wait=off")
                .doesNotContain("/images", "vvfat", "-bios");
    }

    @Test
    void attachesTheSeedAfterTheDisk() {
        List<String> command = CommandLine.of(guest(Architecture.X86_64, Optional.empty()), "kvm", true);

        assertThat(String.join(" ", command))
                .contains("-cpu host")
                .containsSubsequence(
                        "drive=disk,bootindex=0", "driver=vvfat,dir=seed,label=cidata,read-only=on", "drive=seed");
    }

    @Test
    void namesTheFirmwareWhereQemuBringsNone() {
        List<String> command =
                CommandLine.of(guest(Architecture.AARCH64, Optional.of(Path.of("/fw.fd"))), "tcg", false);

        assertThat(String.join(" ", command)).contains("-machine virt -accel tcg,tb-size=256", "-bios /fw.fd");
    }
}
