package dev.allocator.testkit;

import dev.allocator.MachineId;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.Processes;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.TaggedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A context that tells when a machine's folder is made, and has the engine's processes or {@link #BLIND} ones.
 */
final class WatchedContext extends ForwardingContext {

    private final Processes processes;
    private final Consumer<MachineId> folderMade;

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

    WatchedContext(ProviderContext given, Processes processes, Consumer<MachineId> folderMade) {
        super(given);
        this.processes = processes;
        this.folderMade = folderMade;
    }

    @Override
    public Processes processes() {
        return processes;
    }

    @Override
    public Path directory(MachineId machine) {
        Path folder = super.directory(machine);
        folderMade.accept(machine);
        return folder;
    }
}
