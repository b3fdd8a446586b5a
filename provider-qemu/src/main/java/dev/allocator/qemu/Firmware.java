package dev.allocator.qemu;

import dev.allocator.spi.Location;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds the firmware that QEMU has to be told of. UEFI for x86 is looked for where spread's qemu backend does (biosPath
 * in its qemu.go), then where distributions have it.
 */
final class Firmware {

    private static final String OWN = "~/.spread/qemu/bios/uefi.img";
    private static final String FOLDER = "SPREAD_QEMU_FALLBACK_BIOS_PATH";

    private final ProviderContext context;
    private final Function<Architecture, List<Path>> installed;

    Firmware(ProviderContext context) {
        this(context, Architecture::uefi);
    }

    /** With other places of distributions' files than the usual. */
    Firmware(ProviderContext context, Function<Architecture, List<Path>> installed) {
        this.context = context;
        this.installed = installed;
    }

    /** The file for a machine; empty if the firmware is the one that QEMU brings along. */
    Optional<Path> find(MachineSpec spec, Architecture architecture) throws ProviderException {
        String wanted = spec.settings().string("firmware").orElse(architecture.hasBios() ? "bios" : "uefi");
        Location location = spec.settings().location("firmware");
        if (wanted.equals("bios") && !architecture.hasBios()) {
            throw new ProviderException(location + ": firmware bios: " + architecture.unameName()
                    + " machines have no BIOS; leave it out, or write uefi");
        }
        if (wanted.equals("bios")) {
            return Optional.empty();
        }
        return Optional.of(architecture.hasBios() ? asSpreadDoes(location, architecture) : among(architecture, ""));
    }

    private Path asSpreadDoes(Location location, Architecture architecture) throws ProviderException {
        Path own = context.resolve(OWN, location);
        if (Files.isRegularFile(own)) {
            return readable(own);
        }
        String folder = context.environment().getOrDefault(FOLDER, "");
        if (!folder.isEmpty()) {
            return readable(context.resolve(folder, location).resolve("uefi.img"));
        }
        return among(architecture, own + ", ");
    }

    private static Path readable(Path file) throws ProviderException {
        if (!Files.isReadable(file)) {
            throw new ProviderException("the firmware " + file + " cannot be read: it must be a UEFI image (the folder"
                    + " is " + FOLDER + " or ~/.spread/qemu/bios)");
        }
        return file;
    }

    private Path among(Architecture architecture, String lookedFor) throws ProviderException {
        List<Path> files = installed.apply(architecture);
        return files.stream()
                .filter(Files::isReadable)
                .findFirst()
                .orElseThrow(() -> new ProviderException("the firmware for " + architecture.unameName()
                        + " guests is not installed: on Debian it is in the package " + architecture.uefiPackage()
                        + " (looked for " + lookedFor
                        + files.stream().map(Path::toString).collect(Collectors.joining(", ")) + ")"));
    }
}
