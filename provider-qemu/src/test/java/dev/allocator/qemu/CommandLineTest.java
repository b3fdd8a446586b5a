package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.Share;
import dev.allocator.spi.Claim;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandLineTest {

    private final MachineId machine = new MachineId("00000000-0000-4000-8000-00000000abcd");

    private Guest guest(Architecture architecture, Optional<Path> firmware) {
        DiskImage image = new DiskImage(Path.of("/images/a, b.img"), "raw", 1 << 30);
        return new Guest(
                machine,
                Path.of("/bin/qemu"),
                architecture,
                firmware,
                image,
                3,
                512,
                2L << 30,
                true,
                List.of(),
                List.of(),
                List.of());
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
        List<String> command =
                CommandLine.of(guest(Architecture.X86_64, Optional.empty()), "tcg", false, Optional.empty());

        assertThat(command).first().isEqualTo("/bin/qemu");
        assertThat(String.join(" ", command))
                .contains("-uuid " + machine)
                .contains("-machine pc,graphics=off -accel tcg,tb-size=256 -cpu max")
                .contains("-smp 3 -m 512M")
                .contains("hostfwd=tcp:127.0.0.1:0-:22")
                .contains("-serial file:console.log")
                .contains("-qmp unix:qmp.sock,server=on,wait=off -qmp unix:qmp-discard.sock,server=on,wait=off"
                        + " -qmp unix:qmp-events.sock,server=on,wait=off")
                .doesNotContain("/images", "vvfat", "-bios");
    }

    @Test
    void attachesTheSeedAfterTheDisk() {
        List<String> command =
                CommandLine.of(guest(Architecture.X86_64, Optional.empty()), "kvm", true, Optional.empty());

        assertThat(String.join(" ", command))
                .contains("-cpu host")
                .containsSubsequence(
                        "drive=disk,bootindex=0", "driver=vvfat,dir=seed,label=cidata,read-only=on", "drive=seed");
    }

    @Test
    void namesTheFirmwareWhereQemuBringsNone() {
        List<String> command = CommandLine.of(
                guest(Architecture.AARCH64, Optional.of(Path.of("/fw.fd"))), "tcg", false, Optional.empty());

        assertThat(String.join(" ", command))
                .contains("-machine virt,graphics=off -accel tcg,tb-size=256", "-bios /fw.fd");
    }

    @Test
    void addsTheCardOfTheNetworkLast() {
        Lan lan = Lan.of(new RealmId("00000000-0000-4000-8000-000000000001"), "qemu", new Claim("lan", 7));
        List<String> command =
                CommandLine.of(guest(Architecture.X86_64, Optional.empty()), "tcg", false, Optional.of(lan));

        assertThat(String.join(" ", command))
                .containsSubsequence(
                        "virtio-rng-pci", "-netdev socket,id=lan,mcast=239.", ",localaddr=127.0.0.1 -device")
                .contains("virtio-net-pci,netdev=lan,romfile=,mac=" + lan.card().mac());
    }

    @Test
    void aNetworkFollowsFromItsIdentityAndACardFromItsSeat() {
        RealmId realm = new RealmId("00000000-0000-4000-8000-000000000001");
        Lan one = Lan.of(realm, "qemu", new Claim("lan", 0));
        Lan last = Lan.of(realm, "qemu", new Claim("lan", 199));
        Lan elsewhere = Lan.of(realm, "qemu", new Claim("wan", 0));
        Lan others = Lan.of(new RealmId("00000000-0000-4000-8000-000000000002"), "qemu", new Claim("lan", 0));

        assertThat(one).isEqualTo(Lan.of(realm, "qemu", new Claim("lan", 0)));
        assertThat(one.port()).isBetween(16_384, 32_767);
        assertThat(one.group()).isEqualTo(last.group()).isNotIn(elsewhere.group(), others.group());
        assertThat(one.card().address()).matches("10\\.[1-9]\\d*\\.\\d+\\.10");
        assertThat(last.card().address()).isEqualTo(one.card().address().replaceFirst("\\.10$", ".209"));
        assertThat(one.card().mac()).matches("52:54:4e:..:..:00");
        assertThat(last.card().mac()).isEqualTo(one.card().mac().replaceFirst("00$", "c7"));
        assertThat(one.card().prefix()).isEqualTo(24);
    }

    @Test
    void keepsTheGuestFromTheHost() {
        Guest open = guest(Architecture.X86_64, Optional.empty());
        Guest shut = new Guest(
                open.machine(),
                open.emulator(),
                open.architecture(),
                open.firmware(),
                open.image(),
                open.cpus(),
                open.memoryMebibytes(),
                open.diskBytes(),
                false,
                List.of(),
                List.of(),
                List.of());

        assertThat(String.join(" ", CommandLine.of(shut, "tcg", false, Optional.empty())))
                .contains("-netdev user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-:22 ");
    }
}
