package dev.allocator.script.crash;

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
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What the script provider is given, with the instants that lie around its scripts. */
record KillingContext(ProviderContext context, Killer killer, String creating) implements ProviderContext, Processes {

    @Override
    public Processes processes() {
        return this;
    }

    @Override
    public ChildProcess start(ProcessSpec spec) throws IOException {
        return context.processes().start(spec);
    }

    @Override
    public ProcessResult run(ProcessSpec spec, Deadline deadline) throws IOException, InterruptedException {
        return context.processes().run(spec, deadline);
    }

    @Override
    public ProcessResult run(ProcessSpec spec, Deadline deadline, Consumer<String> lines)
            throws IOException, InterruptedException {
        boolean creates =
                spec.recordFile().orElseThrow().getFileName().toString().startsWith(creating);
        killer.reached(creates ? Instant.BEFORE_HOOK : Instant.BEFORE_DISCARD);
        ProcessResult result = context.processes().run(spec, deadline, lines);
        killer.reached(creates ? Instant.HOOK_ENDED : Instant.DISCARD_ENDED);
        return result;
    }

    @Override
    public Optional<ChildProcess> find(Path recordFile, MachineId machine) throws IOException {
        return context.processes().find(recordFile, machine);
    }

    @Override
    public List<TaggedProcess> tagged() throws IOException {
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
