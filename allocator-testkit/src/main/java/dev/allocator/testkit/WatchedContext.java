package dev.allocator.testkit;

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

/**
 * A context that tells when a machine's folder is made.
 *
 * @param given the engine's own
 * @param processes the engine's own, or {@link #BLIND}
 * @param folderMade told of each machine whose folder exists from now on
 */
record WatchedContext(ProviderContext given, Processes processes, Consumer<MachineId> folderMade)
        implements ProviderContext {

    /** Cannot look at processes and starts none. */
    static final Processes BLIND = new Processes() {
        @Override
        public ChildProcess start(ProcessSpec spec) throws IOException {
            throw blind();
        }

        @Override
        public ProcessResult run(ProcessSpec spec, Deadline deadline) throws IOException {
            throw blind();
        }

        @Override
        public ProcessResult run(ProcessSpec spec, Deadline deadline, Consumer<String> lines) throws IOException {
            throw blind();
        }

        @Override
        public Optional<ChildProcess> find(Path recordFile, MachineId machine) throws IOException {
            throw blind();
        }

        @Override
        public List<TaggedProcess> tagged() throws IOException {
            throw blind();
        }

        private IOException blind() {
            return new IOException("the contract lets no process be seen");
        }
    };

    @Override
    public Path directory(MachineId machine) {
        Path folder = given.directory(machine);
        folderMade.accept(machine);
        return folder;
    }

    @Override
    public String instance() {
        return given.instance();
    }

    @Override
    public Settings settings() {
        return given.settings();
    }

    @Override
    public Path directoryPath(MachineId machine) {
        return given.directoryPath(machine);
    }

    @Override
    public Path directories() {
        return given.directories();
    }

    @Override
    public Path log(MachineId machine, String name) {
        return given.log(machine, name);
    }

    @Override
    public Path cacheDirectory() {
        return given.cacheDirectory();
    }

    @Override
    public RealmId realm() {
        return given.realm();
    }

    @Override
    public InstantSource clock() {
        return given.clock();
    }

    @Override
    public Map<String, String> environment() {
        return given.environment();
    }

    @Override
    public Path resolve(String path, Location location) {
        return given.resolve(path, location);
    }
}
