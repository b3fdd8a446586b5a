package dev.allocator.core.process;

import dev.allocator.spi.ChildProcess;
import java.util.concurrent.CompletionStage;

/** A child of this JVM. */
final class StartedProcess implements ChildProcess {

    private final Process process;
    private final ProcessIdentity identity;

    StartedProcess(Process process) {
        this.process = process;
        this.identity = ProcessIdentity.of(process.pid()).orElse(new ProcessIdentity(process.pid(), 0));
    }

    @Override
    public long pid() {
        return identity.pid();
    }

    @Override
    public long startTime() {
        return identity.startTime();
    }

    @Override
    public CompletionStage<Integer> exit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    @Override
    public void terminate() {
        identity.terminate(); // once, as a program may do something at each signal
    }

    @Override
    public void kill() {
        identity.kill();
        // Also right after the start, before it leads a group of its own.
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        return "process " + identity.pid();
    }
}
