package dev.allocator.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Consoles as QEMU, Debian's kernel, GRUB and SeaBIOS wrote them. */
final class ConsoleTextTest {

    @TempDir
    Path folder;

    private ConsoleText console(String text) {
        try {
            return Evidence.console(Files.writeString(folder.resolve("console.log"), text));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aPanicIsQuoted() {
        ConsoleText console = console("""
                [    2.151923] VFS: Cannot open root device "vda9" or unknown-block(0,0): error -6
                [    2.153214] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)
                [    2.153914] CPU: 0 PID: 1 Comm: swapper/0 Not tainted 6.1.0-40-amd64 #1  Debian 6.1.153-1
                [    2.161231] ---[ end Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0) ]---
                """);
        assertThat(console.panic())
                .contains("its kernel gave up:"
                        + " 'Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)'");
    }

    @Test
    void aBootLoaderThatStartsNothingIsTold() {
        String reset = "\u001bc\u001b[?7l\u001b[2J\u001b[0m";
        assertThat(console(reset + "SeaBIOS (version 1.16.2-debian-1.16.2-1)\r\nBooting from Hard Disk...\r\n")
                        .standstill())
                .contains(
                        "it got stuck in its firmware or boot loader and started no kernel, the last line on its console"
                                + " is 'Booting from Hard Disk...'");
        assertThat(console(reset + "SeaBIOS (version 1.16.2-debian-1.16.2-1)\r\nBooting from Hard Disk...\r\n"
                                + "Boot failed: not a bootable disk\r\n\r\nNo bootable device.\r\n")
                        .standstill())
                .hasValueSatisfying(said -> assertThat(said).endsWith("'No bootable device.'"));
        assertThat(console("Welcome to GRUB!\n\nerror: file `/boot/grub/i386-pc/normal.mod' not found.\n"
                                + "Entering rescue mode...\ngrub rescue> ")
                        .standstill())
                .hasValueSatisfying(said -> assertThat(said).contains("boot loader", "'grub rescue>'"));
        assertThat(console(
                                "BdsDxe: failed to load Boot0001 \"UEFI Misc Device\" from PciRoot(0x0)/Pci(0x3,0x0): Not Found\n"
                                        + "UEFI Interactive Shell v2.2\nShell> ")
                        .standstill())
                .hasValueSatisfying(said -> assertThat(said).contains("boot loader", "'Shell>'"));
    }

    @Test
    void aKernelThatSaysNothingIsNotCalledABootLoader() {
        assertThat(console(
                                "Booting `Debian GNU/Linux'\n\nLoading Linux 6.1.0-40-amd64 ...\nLoading initial ramdisk ...\n")
                        .standstill())
                .contains("its boot loader started a kernel, which writes nothing to the console:"
                        + " 'Loading initial ramdisk ...'");
    }

    @Test
    void aSystemThatIsUpIsTold() {
        assertThat(console("SeaBIOS (version 1.16.2)\n[    0.000000] Linux version 6.1.0-40-amd64\n"
                                + "\nDebian GNU/Linux 12 debian ttyS0\n\ndebian login: ")
                        .standstill())
                .contains("its system is up, by its console, which says 'debian login:'");
        assertThat(console("[    0.000000] Linux version 6.1.0-40-amd64\n"
                                + "[ ***  ] A start job is running for dev-vda9.device (12s / 1min 30s)\n")
                        .standstill())
                .contains("the last line on its console is"
                        + " '[ ***  ] A start job is running for dev-vda9.device (12s / 1min 30s)'");
    }

    @Test
    void whatNobodyUnderstandsIsNotExplained() {
        assertThat(console("hello\n").standstill()).isEmpty();
        assertThat(console("").standstill()).isEqualTo(Optional.empty());
        assertThat(Evidence.console(folder.resolve("missing")).tail()).isEmpty();
        assertThat(console("x\n".repeat(40)).tail()).hasSize(30);
    }
}
