package dev.allocator.core.process;

import dev.allocator.spi.ChildProcess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A process that another JVM may have started. */
final class FoundProcess implements ChildProcess {

    private static final int UNKNOWN_STATUS = -1;

    private final ProcessIdentity identity;

    FoundProcess(ProcessIdentity identity) {
        this.identity = identity;
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
        // The handle is taken before the process is seen alive, so it is this very process's.
        return ProcessHandle.of(identity.pid())
                .filter(handle -> identity.isAlive())
                .map(handle -> handle.onExit().thenApply(ended -> UNKNOWN_STATUS))
                .orElse(CompletableFuture.completedFuture(UNKNOWN_STATUS));
    }

    @Override
    public void kill() {
        identity.kill();
    }

    @Override
    public String toString() {
        return "process " + identity.pid();
    }
}
