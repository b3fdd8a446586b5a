package dev.allocator.qemu;

import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the programs that are needed. */
final class Programs {

    private static final Pattern COLON = Pattern.compile(":");

    private final ProviderContext context;

    Programs(ProviderContext context) {
        this.context = context;
    }

    /** The emulator for an architecture: the configured one, or the one in {@code PATH}. */
    Path emulator(Architecture architecture) throws ProviderException {
        Optional<String> configured = context.settings().string("binary");
        if (configured.isEmpty()) {
            return inPath(architecture.binary(), architecture.debianPackage());
        }
        String name = configured.get();
        if (!name.contains("/")) {
            return inPath(name, architecture.debianPackage());
        }
        Path path = context.resolve(name, context.settings().location("binary"));
        if (!Files.isExecutable(path) || Files.isDirectory(path)) {
            throw new ProviderException(context.settings().location("binary") + ": " + path + " is not a program");
        }
        return path;
    }

    /** The tool that makes overlays. */
    Path imageTool() throws ProviderException {
        return inPath("qemu-img", "qemu-utils");
    }

    private Path inPath(String name, String debianPackage) throws ProviderException {
        String searchPath = context.environment().getOrDefault("PATH", "/usr/bin:/bin");
        return COLON.splitAsStream(searchPath)
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder).resolve(name))
                .filter(file -> Files.isExecutable(file) && !Files.isDirectory(file))
                .findFirst()
                .orElseThrow(() -> new ProviderException(name + " is not installed: on Debian it is in the package "
                        + debianPackage + " (looked in PATH: " + searchPath + ")"));
    }
}
