package dev.allocator.testkit;

import dev.allocator.MachineId;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.Processes;
import dev.allocator.spi.TaggedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Does all that another one does; subclasses do some of it otherwise. As safe as that one. */
public class ForwardingProcesses implements Processes {

    private final Processes given;

    /** Forwards to these. */
    public ForwardingProcesses(Processes given) {
        this.given = given;
    }

    @Override
    public ChildProcess start(ProcessSpec spec) throws IOException {
        return given.start(spec);
    }

    @Override
    public ProcessResult run(ProcessSpec spec, Deadline deadline) throws IOException, InterruptedException {
        return given.run(spec, deadline);
    }

    @Override
    public ProcessResult run(ProcessSpec spec, Deadline deadline, Consumer<String> lines)
            throws IOException, InterruptedException {
        return given.run(spec, deadline, lines);
    }

    @Override
    public Optional<ChildProcess> find(Path recordFile, MachineId machine) throws IOException {
        return given.find(recordFile, machine);
    }

    @Override
    public List<TaggedProcess> tagged() throws IOException {
        return given.tagged();
    }
}
