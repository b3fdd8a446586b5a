package dev.allocator.qemu;

import dev.allocator.qemu.image.Digest;
import dev.allocator.qemu.image.FreeSpace;
import dev.allocator.qemu.image.ImageCache;
import dev.allocator.qemu.image.ImageCatalogue;
import dev.allocator.qemu.image.Mirrors;
import dev.allocator.qemu.image.RemoteImage;
import dev.allocator.qemu.image.RemoteImage.Source;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Location;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds images: a path, or a name in the image folders, as spread's qemu backend has it, else a name of the catalogue or a URL,
 * which are downloaded when a machine is created.
 */
final class Images {

    private static final String SPREAD_FOLDER = "~/.spread/qemu";
    private static final List<String> SUFFIXES = List.of(".img", ".qcow2", "");

    private final ProviderContext context;
    private final ImageCatalogue catalogue = new ImageCatalogue();
    private final Mirrors mirrors;
    private final ImageCache cache;

    Images(ProviderContext context) {
        this.context = context;
        this.mirrors = new Mirrors(context.settings().map("mirrors"));
        this.cache = new ImageCache(
                context.cacheDirectory(),
                context.clock(),
                context.environment(),
                mirrors,
                FreeSpace.of(context.settings().size("min-free")));
    }

    private static String name(MachineSpec spec) {
        return spec.profile().image().orElse(spec.profile().name());
    }

    /** The architecture that the image's name says. */
    Optional<String> architecture(MachineSpec spec) {
        return catalogue.architecture(name(spec));
    }

    /** The image of a machine as far as it is known, the one named like the profile if it names none; fast. */
    DiskImage find(MachineSpec spec, Architecture architecture) throws ProviderException {
        Optional<Path> local = local(spec);
        if (local.isPresent()) {
            return inspect(spec, local.get());
        }
        RemoteImage remote = remote(spec, architecture);
        try {
            Optional<Path> present = cache.present(remote);
            return present.isPresent() ? inspect(spec, present.get()) : DiskImage.unknown(Path.of(remote.name()));
        } catch (IOException e) {
            throw unusable(spec, remote.name(), e);
        }
    }

    /** The image of a machine, downloaded if need be. */
    DiskImage obtain(MachineSpec spec, Architecture architecture, CreateContext create)
            throws ProviderException, InterruptedException {
        Optional<Path> local = local(spec);
        if (local.isPresent()) {
            return inspect(spec, local.get());
        }
        RemoteImage remote = remote(spec, architecture);
        Path folder = context.directory(spec.id());
        try {
            return inspect(spec, cache.obtain(remote, spec.id(), folder, create.deadline(), create::progress));
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new ProviderException(
                    "cannot keep the image " + remote.name() + " in " + context.cacheDirectory() + ": " + e
                            + "; another cache directory can be set (ALLOCATOR_CACHE_DIR)",
                    e);
        }
    }

    private Optional<Path> local(MachineSpec spec) {
        return ImageCatalogue.isUrl(name(spec))
                ? Optional.empty()
                : candidates(name(spec), spec.location()).stream()
                        .filter(Files::isRegularFile)
                        .findFirst();
    }

    private RemoteImage remote(MachineSpec spec, Architecture architecture) throws ProviderException {
        String name = name(spec);
        Optional<String> problem = mirrors.problem();
        if (problem.isPresent()) {
            throw new ProviderException(context.settings().location("mirrors") + ": mirrors: " + problem.get());
        }
        Optional<Digest> digest = digest(spec);
        if (ImageCatalogue.isUrl(name)) {
            URI address = address(spec, name);
            String shown = RemoteImage.shown(address);
            return new RemoteImage(
                    shown,
                    architecture.unameName(),
                    List.of(new Source(address, Optional.empty())),
                    Optional.of(digest.orElseThrow(() -> new ProviderException(spec.location() + ": the image " + shown
                            + " needs its digest beside it: add 'image-digest: sha256:…' (or sha512:…), as its"
                            + " distributor publishes it"))));
        }
        Optional<RemoteImage> known = catalogue.find(name, architecture.unameName());
        if (known.isPresent()) {
            return new RemoteImage(
                    known.get().name(), known.get().arch(), known.get().sources(), digest);
        }
        throw new ProviderException(spec.location() + ": there is no image '" + name + "'; tried "
                + candidates(name, spec.location()).stream().map(Path::toString).collect(Collectors.joining(", "))
                + (name.contains("/")
                        ? ""
                        : ", and the names that can be downloaded: " + String.join(", ", catalogue.names())));
    }

    private static URI address(MachineSpec spec, String name) throws ProviderException {
        Optional<String> problem = Mirrors.problem(name);
        if (problem.isPresent()) {
            throw new ProviderException(spec.location() + ": the URL of the image " + problem.get());
        }
        return URI.create(name);
    }

    private static Optional<Digest> digest(MachineSpec spec) throws ProviderException {
        try {
            return spec.settings().string("image-digest").map(Digest::parse);
        } catch (IllegalArgumentException e) {
            throw new ProviderException(
                    spec.settings().location("image-digest") + ": image-digest is " + e.getMessage(), e);
        }
    }

    private static DiskImage inspect(MachineSpec spec, Path path) throws ProviderException {
        if (!Files.isReadable(path)) {
            throw new ProviderException(spec.location() + ": the image " + path + " cannot be read by this user");
        }
        try {
            return DiskImage.inspect(path);
        } catch (IOException e) {
            throw unusable(spec, path.toString(), e);
        }
    }

    private static ProviderException unusable(MachineSpec spec, String image, IOException e) {
        return new ProviderException(
                spec.location() + ": the image " + image + " cannot be used: " + e.getMessage(), e);
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
