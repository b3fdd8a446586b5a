package dev.allocator.qemu;

import dev.allocator.spi.Location;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds images: a path, or a name in the image folders, as spread's qemu backend has it. */
final class Images {

    private static final String SPREAD_FOLDER = "~/.spread/qemu";
    private static final List<String> SUFFIXES = List.of(".img", ".qcow2", "");

    private final ProviderContext context;

    Images(ProviderContext context) {
        this.context = context;
    }

    /** The image of a machine, the one named like the profile if it names none. */
    DiskImage find(MachineSpec spec) throws ProviderException {
        String name = spec.profile().image().orElse(spec.profile().name());
        List<Path> candidates = candidates(name, spec.location());
        Path path = candidates.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new ProviderException(spec.location() + ": there is no image '" + name
                        + "'; tried "
                        + candidates.stream().map(Path::toString).collect(Collectors.joining(", "))));
        if (!Files.isReadable(path)) {
            throw new ProviderException(spec.location() + ": the image " + path + " cannot be read by this user");
        }
        try {
            return DiskImage.inspect(path);
        } catch (IOException e) {
            throw new ProviderException(
                    spec.location() + ": the image " + path + " cannot be used: " + e.getMessage(), e);
        }
    }

    private List<Path> candidates(String name, Location location) {
        List<Path> candidates = new ArrayList<>();
        if (name.contains("/")) {
            candidates.add(context.resolve(name, location).toAbsolutePath().normalize());
            return candidates;
        }
        List<String> folders = context.settings().list("image-dir");
        for (String folder : folders.isEmpty() ? List.of(SPREAD_FOLDER) : folders) {
            Path resolved = context.resolve(folder, context.settings().location("image-dir"))
                    .toAbsolutePath()
                    .normalize();
            SUFFIXES.forEach(suffix -> candidates.add(resolved.resolve(name + suffix)));
        }
        candidates.add(context.resolve(name, location).toAbsolutePath().normalize());
        return candidates;
    }
}
