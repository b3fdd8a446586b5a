package dev.allocator.qemu;

import dev.allocator.DataSize;
import dev.allocator.Profile;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Place;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Decides what a machine will be, and refuses what cannot be. */
final class Planner {

    private static final int DEFAULT_CPUS = 1;
    private static final DataSize DEFAULT_MEMORY = DataSize.ofGibibytes(1);
    private static final DataSize LEAST_MEMORY = DataSize.ofMebibytes(64);

    private final ProviderContext context;
    private final Programs programs;
    private final Images images;
    private final Firmware firmware;
    private final HostMemory memory;

    Planner(ProviderContext context, Programs programs, HostMemory memory) {
        this.context = context;
        this.programs = programs;
        this.memory = memory;
        this.images = new Images(context);
        this.firmware = new Firmware(context);
    }

    MachinePlan plan(MachineSpec spec) throws ProviderException {
        AccelSetting.of(context, Optional.of(spec.settings()));
        Guest guest = guest(spec);
        Optional<Place> place = memory.place(guest.memoryMebibytes());
        // Processors are shared by those who need them, and an overlay takes what the guest has changed.
        Map<String, Long> claims = Map.of(HostMemory.RESOURCE, guest.memoryMebibytes());
        MachineRef ref = new MachineRef(
                context.instance(),
                spec.id(),
                Map.of(QemuProvider.DIRECTORY, context.directoryPath(spec.id()).toString()));
        String description = "QEMU " + guest.architecture().unameName() + ", "
                + guest.image().path().getFileName() + ", " + guest.cpus() + " CPU, "
                + DataSize.ofMebibytes(guest.memoryMebibytes()) + ", disk "
                + (guest.diskBytes() == 0 ? "as large as its image" : new DataSize(guest.diskBytes()));
        return new MachinePlan(spec, ref, claims, place.stream().toList(), description);
    }

    /** What QEMU will be told, as far as it is known. */
    private Guest guest(MachineSpec spec) throws ProviderException {
        return guest(spec, images.find(spec, architecture(spec)));
    }

    /** What QEMU will be told; downloads the image if need be. */
    Guest guest(MachineSpec spec, CreateContext create) throws ProviderException, InterruptedException {
        return guest(spec, images.obtain(spec, architecture(spec), create));
    }

    private Architecture architecture(MachineSpec spec) throws ProviderException {
        String name = spec.profile().arch().or(() -> images.architecture(spec)).orElse(Architecture.hostName());
        return Architecture.named(name)
                .orElseThrow(() -> new ProviderException(spec.location()
                        + ": the qemu provider knows no machine of arch '" + name + "' (expected x86_64 or aarch64)"));
    }

    private Guest guest(MachineSpec spec, DiskImage image) throws ProviderException {
        Profile profile = spec.profile();
        Architecture architecture = architecture(spec);
        Path emulator = programs.emulator(architecture);
        programs.imageTool();
        DataSize memory = profile.memory().orElse(DEFAULT_MEMORY);
        if (memory.compareTo(LEAST_MEMORY) < 0) {
            throw new ProviderException(spec.location() + ": memory " + memory
                    + " is too little: a machine needs at least " + LEAST_MEMORY);
        }
        return new Guest(
                spec.id(),
                emulator,
                architecture,
                firmware.find(spec, architecture),
                image,
                profile.cpu().orElse(DEFAULT_CPUS),
                memory.toMebibytes(),
                diskSize(spec, image),
                hasHostAccess(spec),
                profile.shares());
    }

    /** Whether it reaches services of this host, and what this host reaches. */
    boolean hasHostAccess(MachineSpec spec) {
        return !spec.settings()
                .string("host-access")
                .or(() -> context.settings().string("host-access"))
                .equals(Optional.of("deny"));
    }

    private static long diskSize(MachineSpec spec, DiskImage image) throws ProviderException {
        Optional<DataSize> disk = spec.profile().disk();
        if (disk.isPresent() && disk.get().bytes() < image.size()) {
            throw new ProviderException(spec.location() + ": disk " + disk.get() + " is smaller than the image "
                    + image.path() + ", which has " + new DataSize(image.size()));
        }
        return disk.map(DataSize::bytes).orElse(image.size());
    }
}
