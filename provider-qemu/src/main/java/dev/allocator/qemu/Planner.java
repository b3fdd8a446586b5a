package dev.allocator.qemu;

import dev.allocator.DataSize;
import dev.allocator.Profile;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Decides what a machine will be, and refuses what cannot be. */
final class Planner {

    private static final int DEFAULT_CPUS = 1;
    private static final DataSize DEFAULT_MEMORY = DataSize.ofGibibytes(1);
    private static final DataSize LEAST_MEMORY = DataSize.ofMebibytes(64);
    private static final long GIBIBYTE = 1L << 30;

    private final ProviderContext context;
    private final Programs programs;
    private final Images images;
    private final Firmware firmware;

    Planner(ProviderContext context, Programs programs) {
        this.context = context;
        this.programs = programs;
        this.images = new Images(context);
        this.firmware = new Firmware(context);
    }

    MachinePlan plan(MachineSpec spec) throws ProviderException {
        AccelSetting.of(context, Optional.of(spec.settings()));
        Guest guest = guest(spec);
        requireMemory(guest);
        Map<String, Long> claims = Map.of(
                "VCPU",
                (long) guest.cpus(),
                "MEMORY_MB",
                guest.memoryMebibytes(),
                "DISK_GB",
                (guest.diskBytes() + GIBIBYTE - 1) / GIBIBYTE);
        MachineRef ref = new MachineRef(
                context.instance(),
                spec.id(),
                Map.of(QemuProvider.DIRECTORY, context.directoryPath(spec.id()).toString()));
        String description = "QEMU " + guest.architecture().unameName() + ", "
                + guest.image().path().getFileName() + ", " + guest.cpus() + " CPU, "
                + DataSize.ofMebibytes(guest.memoryMebibytes()) + ", disk " + new DataSize(guest.diskBytes());
        return new MachinePlan(spec, ref, claims, description);
    }

    /** What QEMU will be told. */
    Guest guest(MachineSpec spec) throws ProviderException {
        Profile profile = spec.profile();
        if (spec.network().isPresent()) {
            throw new ProviderException(spec.location() + ": network '"
                    + spec.network().get() + "': networks of machines are not supported by the qemu provider yet");
        }
        String archName = profile.arch().orElse(Architecture.hostName());
        Architecture architecture = Architecture.named(archName)
                .orElseThrow(
                        () -> new ProviderException(spec.location() + ": the qemu provider knows no machine of arch '"
                                + archName + "' (expected x86_64 or aarch64)"));
        Path emulator = programs.emulator(architecture);
        programs.imageTool();
        DataSize memory = profile.memory().orElse(DEFAULT_MEMORY);
        if (memory.compareTo(LEAST_MEMORY) < 0) {
            throw new ProviderException(spec.location() + ": memory " + memory
                    + " is too little: a machine needs at least " + LEAST_MEMORY);
        }
        DiskImage image = images.find(spec);
        return new Guest(
                spec.id(),
                emulator,
                architecture,
                firmware.find(spec, architecture),
                image,
                profile.cpu().orElse(DEFAULT_CPUS),
                memory.toMebibytes(),
                diskSize(spec, image));
    }

    private static long diskSize(MachineSpec spec, DiskImage image) throws ProviderException {
        Optional<DataSize> disk = spec.profile().disk();
        if (disk.isPresent() && disk.get().bytes() < image.size()) {
            throw new ProviderException(spec.location() + ": disk " + disk.get() + " is smaller than the image "
                    + image.path() + ", which has " + new DataSize(image.size()));
        }
        return disk.map(DataSize::bytes).orElse(image.size());
    }

    private static void requireMemory(Guest guest) throws ProviderException {
        OptionalLong available = HostMemory.availableMebibytes();
        if (available.isPresent() && available.getAsLong() < guest.memoryMebibytes()) {
            throw new ProviderException(
                    ProviderException.Kind.NO_CAPACITY,
                    "the machine needs " + guest.memoryMebibytes() + " MiB of memory, the host has "
                            + available.getAsLong() + " MiB available",
                    null);
        }
    }
}
