package dev.allocator.qemu.crash;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Location;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.Processes;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.Settings;
import dev.allocator.spi.TaggedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What the QEMU provider is given, with the instants that lie around its processes. */
record KillingContext(ProviderContext context, Killer killer) implements ProviderContext, Processes {

    @Override
    public Processes processes() {
        return this;
    }

    @Override
    public ChildProcess start(ProcessSpec spec) throws IOException {
        killer.reached(Instant.AFTER_OVERLAY);
        Path record = spec.recordFile().orElseThrow();
        Path socket = record.resolveSibling("qmp.sock");
        killer.reachedOnce(Instant.LAUNCHER_RECORDED, () -> !isQemu(record));
        killer.reachedOnce(Instant.SPAWNED, () -> isQemu(record));
        killer.reachedOnce(Instant.SOCKET_OPEN, () -> Files.exists(socket));
        ChildProcess started = context.processes().start(spec);
        killer.reached(Instant.LAUNCHER_STARTED);
        return started;
    }

    /** Whether the process that the record names runs QEMU itself already. */
    private static boolean isQemu(Path record) throws IOException {
        Path process = Path.of("/proc", Files.readString(record).split(" ")[0]);
        return Files.readSymbolicLink(process.resolve("exe"))
                .getFileName()
                .toString()
                .startsWith("qemu-system");
    }

    @Override
    public ProcessResult run(ProcessSpec spec, Deadline deadline) throws IOException, InterruptedException {
        killer.reached(Instant.BEFORE_OVERLAY);
        return context.processes().run(spec, deadline);
    }

    @Override
    public ProcessResult run(ProcessSpec spec, Deadline deadline, Consumer<String> lines)
            throws IOException, InterruptedException {
        return context.processes().run(spec, deadline, lines);
    }

    @Override
    public Optional<ChildProcess> find(Path recordFile, MachineId machine) throws IOException {
        return context.processes().find(recordFile, machine);
    }

    /** Only asked when QEMU was told to quit and has. */
    @Override
    public List<TaggedProcess> tagged() throws IOException {
        killer.reached(Instant.QUIT_NOT_REMOVED);
        return context.processes().tagged();
    }

    @Override
    public String instance() {
        return context.instance();
    }

    @Override
    public Settings settings() {
        return context.settings();
    }

    @Override
    public Path directory(MachineId machine) {
        return context.directory(machine);
    }

    @Override
    public Path directoryPath(MachineId machine) {
        return context.directoryPath(machine);
    }

    @Override
    public Path directories() {
        return context.directories();
    }

    @Override
    public Path log(MachineId machine, String name) {
        return context.log(machine, name);
    }

    @Override
    public Path cacheDirectory() {
        return context.cacheDirectory();
    }

    @Override
    public RealmId realm() {
        return context.realm();
    }

    @Override
    public InstantSource clock() {
        return context.clock();
    }

    @Override
    public Map<String, String> environment() {
        return context.environment();
    }

    @Override
    public Path resolve(String path, Location location) {
        return context.resolve(path, location);
    }
}
