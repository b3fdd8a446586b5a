package dev.allocator.qemu;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The guests that are known. */
enum Architecture {
    X86_64("x86_64", "qemu-system-x86", "pc"),
    AARCH64("aarch64", "qemu-system-arm", "virt");

    private final String unameName;
    private final String debianPackage;
    private final String machineType;

    Architecture(String unameName, String debianPackage, String machineType) {
        this.unameName = unameName;
        this.debianPackage = debianPackage;
        this.machineType = machineType;
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

    /** Where the firmware may be that has to be named; empty if QEMU brings its own. */
    List<Path> firmware() {
        return this == AARCH64
                ? List.of(
                        Path.of("/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"),
                        Path.of("/usr/share/edk2/aarch64/QEMU_EFI.fd"),
                        Path.of("/usr/share/qemu/edk2-aarch64-code.fd"))
                : List.of();
    }
}
