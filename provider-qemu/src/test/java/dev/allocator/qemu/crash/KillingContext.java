package dev.allocator.qemu.crash;

import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.Processes;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.TaggedProcess;
import dev.allocator.testkit.ForwardingContext;
import dev.allocator.testkit.ForwardingProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the QEMU provider is given, with the instants that lie around its processes. */
final class KillingContext extends ForwardingContext {

    private final Killer killer;

    KillingContext(ProviderContext given, Killer killer) {
        super(given);
        this.killer = killer;
    }

    @Override
    public Processes processes() {
        return new ForwardingProcesses(super.processes()) {
            @Override
            public ChildProcess start(ProcessSpec spec) throws IOException {
                killer.reached(Instant.AFTER_OVERLAY);
                Path record = spec.recordFile().orElseThrow();
                Path socket = record.resolveSibling("qmp.sock");
                killer.reachedOnce(Instant.LAUNCHER_RECORDED, () -> !isQemu(record));
                killer.reachedOnce(Instant.SPAWNED, () -> isQemu(record));
                killer.reachedOnce(Instant.SOCKET_OPEN, () -> Files.exists(socket));
                ChildProcess started = super.start(spec);
                killer.reached(Instant.LAUNCHER_STARTED);
                return started;
            }

            @Override
            public ProcessResult run(ProcessSpec spec, Deadline deadline) throws IOException, InterruptedException {
                killer.reached(Instant.BEFORE_OVERLAY);
                return super.run(spec, deadline);
            }

            /** Only asked when QEMU was told to quit and has. */
            @Override
            public List<TaggedProcess> tagged() throws IOException {
                killer.reached(Instant.QUIT_NOT_REMOVED);
                return super.tagged();
            }
        };
    }

    /** Whether the process that the record names runs QEMU itself already. */
    private static boolean isQemu(Path record) throws IOException {
        Path process = Path.of("/proc", Files.readString(record).split(" ")[0]);
        return Files.readSymbolicLink(process.resolve("exe"))
                .getFileName()
                .toString()
                .startsWith("qemu-system");
    }
}
