package dev.allocator.qemu;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The guests that are known. */
enum Architecture {
    X86_64("x86_64", "qemu-system-x86", "pc", "ovmf"),
    AARCH64("aarch64", "qemu-system-arm", "virt", "qemu-efi-aarch64");

    private final String unameName;
    private final String debianPackage;
    private final String machineType;
    private final String uefiPackage;

    Architecture(String unameName, String debianPackage, String machineType, String uefiPackage) {
        this.unameName = unameName;
        this.debianPackage = debianPackage;
        this.machineType = machineType;
        this.uefiPackage = uefiPackage;
    }

    /** As {@code uname -m} says it. */
    static Optional<Architecture> named(String name) {
        return Arrays.stream(values())
                .filter(architecture -> architecture.unameName.equals(name))
                .findFirst();
    }

    /** The host's name for itself, in the form of {@code uname -m}. */
    static String hostName() {
        String name = System.getProperty("os.arch", "");
        return name.equals("amd64") ? "x86_64" : name;
    }

    /** As {@code uname -m} says it. */
    String unameName() {
        return unameName;
    }

    /** The emulator's name. */
    String binary() {
        return "qemu-system-" + unameName;
    }

    /** The Debian package with the emulator. */
    String debianPackage() {
        return debianPackage;
    }

    /** The value of {@code -machine}. */
    String machineType() {
        return machineType;
    }

    /** Whether there are machines without UEFI, for which QEMU brings all along. */
    boolean hasBios() {
        return this == X86_64;
    }

    /** Where distributions have UEFI for it. */
    List<Path> uefi() {
        Stream<String> files = this == X86_64
                ? Stream.of(
                        "/usr/share/OVMF/OVMF_CODE.fd",
                        "/usr/share/OVMF/OVMF_CODE_4M.fd",
                        "/usr/share/ovmf/OVMF.fd",
                        "/usr/share/edk2/ovmf/OVMF_CODE.fd",
                        "/usr/share/edk2/x64/OVMF_CODE.4m.fd",
                        "/usr/share/qemu/edk2-x86_64-code.fd",
                        "/usr/share/qemu/ovmf-x86_64-code.bin")
                : Stream.of(
                        "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd",
                        "/usr/share/edk2/aarch64/QEMU_EFI.fd",
                        "/usr/share/qemu/edk2-aarch64-code.fd");
        return files.map(Path::of).toList();
    }

    /** The Debian package with UEFI for it. */
    String uefiPackage() {
        return uefiPackage;
    }
}
