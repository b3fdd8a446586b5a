package dev.allocator.qemu;

import dev.allocator.spi.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Chooses how guests run. What a probe showed is remembered as long as the provider is open. */
final class Accelerators {

    private static final Path DEVICE = Path.of("/dev/kvm");

    private final KvmProbe probe;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Path, Accelerator> probed = new HashMap<>();

    Accelerators(KvmProbe probe) {
        this.probe = probe;
    }

    /**
     * Chooses.
     *
     * @param setting {@code auto}, {@code kvm} or {@code tcg}
     */
    Accelerator choose(String setting, Path emulator, Architecture architecture, Deadline deadline)
            throws IOException, InterruptedException {
        return switch (setting) {
            case "kvm" -> Accelerator.kvm("accel is set to kvm");
            case "tcg" -> Accelerator.tcg("accel is set to tcg");
            default -> find(emulator, architecture, deadline);
        };
    }

    private Accelerator find(Path emulator, Architecture architecture, Deadline deadline)
            throws IOException, InterruptedException {
        if (!architecture.unameName().equals(Architecture.hostName())) {
            return Accelerator.tcg("KVM cannot run " + architecture.unameName() + " guests on this host");
        }
        if (!Files.exists(DEVICE)) {
            return Accelerator.insteadOfKvm(DEVICE + " does not exist");
        }
        if (!Files.isReadable(DEVICE) || !Files.isWritable(DEVICE)) {
            return Accelerator.insteadOfKvm(
                    "this user may not open " + DEVICE + " (add it to the group kvm and log in again)");
        }
        // One probe at a time: several at once would slow each other down.
        lock.lockInterruptibly();
        try {
            Accelerator known = probed.get(emulator);
            if (known == null) {
                known = probe.run(emulator, architecture, deadline);
                probed.put(emulator, known);
            }
            return known;
        } finally {
            lock.unlock();
        }
    }
}
