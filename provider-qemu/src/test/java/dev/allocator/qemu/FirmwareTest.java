package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.DataSize;
import dev.allocator.Profile;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where UEFI is looked for, and that it really runs. */
class FirmwareTest {

    @TempDir
    Path folder;

    private TestContext context;

    @BeforeEach
    void stage() {
        context = new TestContext(folder).variable("SPREAD_QEMU_FALLBACK_BIOS_PATH", "");
    }

    @Test
    void withoutTheKeyQemuBringsItAlongOrItIsUefi() throws Exception {
        Path uefi = file("usr/uefi.fd");

        assertThat(find(Map.of(), Architecture.X86_64, uefi)).isEmpty();
        assertThat(find(Map.of("firmware", "bios"), Architecture.X86_64, uefi)).isEmpty();
        assertThat(find(Map.of(), Architecture.AARCH64, uefi)).contains(uefi);
        assertThat(find(Map.of("firmware", "uefi"), Architecture.AARCH64, uefi)).contains(uefi);
    }

    @Test
    void looksWhereSpreadLooksThenWhereDistributionsHaveIt() throws Exception {
        Path missing = folder.resolve("usr/missing.fd");
        Path second = file("usr/second.fd");
        assertThat(uefi(missing, second, file("usr/third.fd"))).contains(second);

        Path fallback = file("fallback/uefi.img");
        context.variable(
                "SPREAD_QEMU_FALLBACK_BIOS_PATH", folder.resolve("fallback").toString());
        assertThat(uefi(second)).contains(fallback);

        Files.createDirectories(folder.resolve("home/.spread/qemu/bios/uefi.img"));
        assertThat(uefi(second)).as("a folder is passed over").contains(fallback);
        Files.delete(folder.resolve("home/.spread/qemu/bios/uefi.img"));
        Path own = file("home/.spread/qemu/bios/uefi.img");
        assertThat(uefi(second)).contains(own);
    }

    @Test
    void aFolderThatIsNamedMustHaveIt() {
        context.variable(
                "SPREAD_QEMU_FALLBACK_BIOS_PATH", folder.resolve("none").toString());

        assertThatThrownBy(() -> uefi(file("usr/uefi.fd")))
                .isInstanceOf(ProviderException.class)
                .hasMessage(
                        "the firmware " + folder.resolve("none/uefi.img") + " cannot be read: it must be a UEFI image"
                                + " (the folder is SPREAD_QEMU_FALLBACK_BIOS_PATH or ~/.spread/qemu/bios)");
    }

    @Test
    void saysWhichPackageHasIt() {
        Path missing = folder.resolve("usr/missing.fd");

        assertThatThrownBy(() -> uefi(missing, missing))
                .isInstanceOf(ProviderException.class)
                .hasMessage(
                        "the firmware for x86_64 guests is not installed: on Debian it is in the package ovmf (looked"
                                + " for " + folder.resolve("home/.spread/qemu/bios/uefi.img") + ", " + missing + ", "
                                + missing
                                + ")");
        assertThatThrownBy(() -> find(Map.of(), Architecture.AARCH64, missing))
                .hasMessage("the firmware for aarch64 guests is not installed: on Debian it is in the package"
                        + " qemu-efi-aarch64 (looked for " + missing + ")");
    }

    @Test
    void refusesABiosWhereThereIsNone() {
        assertThatThrownBy(() -> find(Map.of("firmware", "bios"), Architecture.AARCH64))
                .isInstanceOf(ProviderException.class)
                .hasMessage("allocator.yaml:3:5: firmware bios: aarch64 machines have no BIOS; leave it out, or write"
                        + " uefi");
    }

    @Test
    void runsUefi() throws Exception {
        Fixtures.requireQemu();
        boolean there = Architecture.X86_64.uefi().stream().anyMatch(Files::isReadable);
        if (!there && "required".equals(System.getProperty("e2e"))) {
            Assertions.fail("UEFI for x86_64 is missing, and -De2e=required says that it must not be");
        }
        Assumptions.assumeTrue(there, "UEFI for x86_64 (Debian package ovmf) is not installed");
        Fixtures.haltingDisk(folder.resolve("tiny.img"));
        Profile profile =
                Fixtures.profile("./tiny.img").memory(DataSize.ofMebibytes(128)).build();
        MachineSpec spec = Fixtures.spec(context, profile, Map.of("accel", "tcg", "firmware", "uefi"));

        try (Provider provider = new QemuProviderFactory().open(context)) {
            Machine machine = provider.create(provider.plan(spec), TestCreate.within(Duration.ofSeconds(60)));
            try {
                Path console = machine.console().orElseThrow();
                // What EDK II's boot manager writes to the serial port when it comes to the disk, which has no loader.
                await().atMost(Duration.ofMinutes(3))
                        .until(() -> Files.readString(console, StandardCharsets.ISO_8859_1)
                                .contains("BdsDxe"));
                assertThat(console).content(StandardCharsets.ISO_8859_1).doesNotContain("Hi");
            } finally {
                provider.destroy(machine.ref());
            }
        }
    }

    private Optional<Path> uefi(Path... installed) throws ProviderException {
        return find(Map.of("firmware", "uefi"), Architecture.X86_64, installed);
    }

    private Optional<Path> find(Map<String, Object> settings, Architecture architecture, Path... installed)
            throws ProviderException {
        MachineSpec spec = Fixtures.spec(context, Fixtures.profile("any").build(), settings);
        return new Firmware(context, any -> List.of(installed)).find(spec, architecture);
    }

    private Path file(String name) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "x");
    }
}
