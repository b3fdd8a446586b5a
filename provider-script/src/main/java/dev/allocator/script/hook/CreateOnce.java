package dev.allocator.script.hook;

import dev.allocator.MachineId;
import dev.allocator.spi.Machine;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** Lets only one thread at a time create the same machine; the others get what it made. */
public final class CreateOnce {

    private final Map<MachineId, CompletableFuture<Machine>> creating = new ConcurrentHashMap<>();

    /** No creation goes on. */
    public CreateOnce() {}

    /** How a machine is created. */
    public interface Creation {

        /** Creates it, or finds that it was. */
        Machine run() throws ProviderException, InterruptedException;
    }

    /** Creates a machine unless another thread is just doing so. */
    public Machine create(MachineId machine, Creation creation) throws ProviderException, InterruptedException {
        CompletableFuture<Machine> mine = new CompletableFuture<>();
        CompletableFuture<Machine> others = creating.putIfAbsent(machine, mine);
        if (others != null) {
            return result(others);
        }
        try {
            Machine made = creation.run();
            mine.complete(made);
            return made;
        } finally {
            creating.remove(machine, mine);
            mine.cancel(false);
        }
    }

    private static Machine result(CompletableFuture<Machine> others) throws ProviderException, InterruptedException {
        try {
            return others.get();
        } catch (CancellationException | ExecutionException e) {
            throw new ProviderException(Kind.RETRYABLE, "another thread failed to create the same machine", e);
        }
    }
}
