package dev.allocator.qemu;

import dev.allocator.qemu.image.FreshFile;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.ProviderContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds out whether KVM works, by running a guest of 512 bytes on the machine that real guests get: it enters long
 * mode, waits for a timer interrupt and exits through a debug device. A device that can be opened proves nothing:
 * QEMU may abort or the guest may hang.
 */
final class KvmProbe {

    /** The guest writes 0x10 to the device isa-debug-exit, which makes QEMU exit with twice that plus 1. */
    static final int PASSED = 0x21;

    /** A guest that needs longer than this for some milliseconds of work is slower than emulation. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final Duration CLEAR = Duration.ofDays(1);

    /** The host may just have been too busy. */
    private static final Duration HUNG = Duration.ofHours(1);

    private static final int SIGNALLED = 128;
    private static final int SIGABRT = 6;

    private static final String DISK = "kvm-probe.img";

    private final ProviderContext context;

    KvmProbe(ProviderContext context) {
        this.context = context;
    }

    /**
     * What came out.
     *
     * @param accelerator how guests are to run
     * @param counts how long that may be believed if it is against KVM
     */
    record Verdict(Accelerator accelerator, Duration counts) {}

    /** Probes. For what cannot be probed yet an openable device has to do. */
    Verdict run(Path emulator, Architecture architecture, Deadline deadline) throws IOException, InterruptedException {
        if (architecture != Architecture.X86_64) {
            return new Verdict(
                    Accelerator.kvm(
                            "/dev/kvm can be opened; there is no probe for " + architecture.unameName() + " yet"),
                    CLEAR);
        }
        ProcessResult result = boot(emulator, "kvm", deadline.atMost(LIMIT));
        if (result.timedOut() && deadline.expired()) {
            throw new IOException("no time was left to find out whether KVM works");
        }
        if (result.timedOut()) {
            return new Verdict(
                    Accelerator.insteadOfKvm(
                            "/dev/kvm can be opened, but a tiny guest did not end within " + LIMIT.toSeconds() + "s"),
                    HUNG);
        }
        if (result.exitStatus() != PASSED) {
            return new Verdict(
                    Accelerator.insteadOfKvm("/dev/kvm can be opened, but "
                            + QemuMessages.ended(result.exitStatus(), QemuMessages.last(result.output()))),
                    blamesKvm(result) ? CLEAR : Duration.ZERO);
        }
        return new Verdict(Accelerator.kvm("a tiny guest ran under KVM"), CLEAR);
    }

    /** Not where somebody killed it, as the kernel does when memory runs out, or it got no memory; it may abort by itself. */
    private static boolean blamesKvm(ProcessResult result) {
        boolean killed = result.exitStatus() > SIGNALLED && result.exitStatus() != SIGNALLED + SIGABRT;
        return !killed && !result.output().toLowerCase(Locale.ROOT).contains("cannot allocate memory");
    }

    /** Runs the tiny guest. */
    ProcessResult boot(Path emulator, String accelerator, Deadline deadline) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(emulator.toString());
        command.addAll(CommandLine.platform(Architecture.X86_64, accelerator));
        command.addAll(List.of("-m", "64M", "-no-reboot"));
        command.addAll(List.of("-device", "isa-debug-exit,iobase=0xf4,iosize=4"));
        Path folder = HostFolder.create(context);
        // Anew each time, as anybody may have deleted or damaged it.
        FreshFile.write(folder.resolve(DISK), ProbeGuest.disk());
        command.addAll(List.of(
                "-drive",
                "file=" + DISK + ",format=raw,if=none,id=disk,read-only=on",
                "-device",
                "virtio-blk-pci,drive=disk"));
        return context.processes().run(ProcessSpec.of(command).directory(folder), deadline);
    }
}
