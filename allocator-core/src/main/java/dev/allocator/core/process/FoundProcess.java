package dev.allocator.core.process;

import dev.allocator.spi.ChildProcess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** A process that another JVM may have started. */
final class FoundProcess implements ChildProcess {

    private static final int UNKNOWN_STATUS = -1;
    private static final long SHORTEST_MILLIS = 5;
    private static final long LONGEST_MILLIS = 250;

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

    /** Looks again and again: Java's own handles look only every few seconds and take zombies for alive. */
    @Override
    public CompletionStage<Integer> exit() {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        watch(end, SHORTEST_MILLIS);
        return end;
    }

    private void watch(CompletableFuture<Integer> end, long millis) {
        if (!identity.isAlive()) {
            end.complete(UNKNOWN_STATUS);
            return;
        }
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
                .execute(() -> watch(end, Math.min(millis * 2, LONGEST_MILLIS)));
    }

    @Override
    public void terminate() {
        identity.terminate();
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
