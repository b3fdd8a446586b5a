package dev.allocator.testkit.crash;

import dev.allocator.MachineId;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.Processes;
import dev.allocator.spi.ProviderContext;
import dev.allocator.testkit.ForwardingContext;
import dev.allocator.testkit.ForwardingProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** What a provider is given, with each process that it starts and each folder that it makes as a step. */
final class SteppingContext extends ForwardingContext {

    private final Steps steps;

    SteppingContext(ProviderContext given, Steps steps) {
        super(given);
        this.steps = steps;
    }

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
    public Path directory(MachineId machine) {
        try {
            return step("make the machine's folder", () -> super.directory(machine));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Processes processes() {
        return new ForwardingProcesses(super.processes()) {
            @Override
            public ChildProcess start(ProcessSpec spec) throws IOException {
                try {
                    return step("start process", () -> super.start(spec));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public ProcessResult run(ProcessSpec spec, Deadline deadline) throws IOException, InterruptedException {
                return step("run process", () -> super.run(spec, deadline));
            }

            @Override
            public ProcessResult run(ProcessSpec spec, Deadline deadline, Consumer<String> lines)
                    throws IOException, InterruptedException {
                return step("run process", () -> super.run(spec, deadline, lines));
            }
        };
    }
}
