package dev.allocator.testkit.crash;

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
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** What a provider is given, with each process that it starts and each folder that it makes as a step. */
record SteppingContext(ProviderContext context, Steps steps) implements ProviderContext, Processes {

    private <T> T step(String name, Callable<T> action) throws IOException, InterruptedException {
        try {
            return steps.step(name, action);
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Processes processes() {
        return this;
    }

    @Override
    public ChildProcess start(ProcessSpec spec) throws IOException {
        try {
            return step("start process", () -> context.processes().start(spec));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public ProcessResult run(ProcessSpec spec, Deadline deadline) throws IOException, InterruptedException {
        return step("run process", () -> context.processes().run(spec, deadline));
    }

    @Override
    public ProcessResult run(ProcessSpec spec, Deadline deadline, Consumer<String> lines)
            throws IOException, InterruptedException {
        return step("run process", () -> context.processes().run(spec, deadline, lines));
    }

    @Override
    public Path directory(MachineId machine) {
        try {
            return step("make the machine's folder", () -> context.directory(machine));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
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
