package dev.allocator.qemu;

import dev.allocator.MachineId;
import dev.allocator.Share;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What QEMU is told to run.
 *
 * @param machine the machine
 * @param emulator the program
 * @param architecture the guest's architecture
 * @param firmware the firmware to name, if any
 * @param image the image below the overlay
 * @param cpus virtual CPUs
 * @param memoryMebibytes memory
 * @param diskBytes the size of the disk, at least the image's
 * @param hostAccess whether it reaches services of this host, and what this host reaches
 * @param shares folders of the host that it sees
 */
record Guest(
        MachineId machine,
        Path emulator,
        Architecture architecture,
        Optional<Path> firmware,
        DiskImage image,
        int cpus,
        long memoryMebibytes,
        long diskBytes,
        boolean hostAccess,
        List<Share> shares) {}
