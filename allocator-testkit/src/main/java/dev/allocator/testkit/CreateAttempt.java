package dev.allocator.testkit;

import dev.allocator.spi.Machine;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One call of {@code create}, in a thread of its own. */
final class CreateAttempt {

    private final FutureTask<Machine> call;
    private final Thread thread;

    private CreateAttempt(FutureTask<Machine> call) {
        this.call = call;
        this.thread = new Thread(call, "allocator-contract-create");
        thread.setDaemon(true);
    }

    static CreateAttempt start(Provider provider, MachinePlan plan, ContractCreation creation) {
        CreateAttempt attempt = new CreateAttempt(new FutureTask<>(() -> provider.create(plan, creation)));
        attempt.thread.start();
        return attempt;
    }

    /** Interrupts it, as the engine does to cancel. */
    void interrupt() {
        thread.interrupt();
    }

    boolean isOver() {
        return call.isDone();
    }

    /**
     * Waits for its end.
     *
     * @throws AssertionError if it does not end in time
     */
    void awaitEnd(Duration limit, String otherwise) throws InterruptedException {
        try {
            call.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return; // failure() has it
        } catch (TimeoutException e) {
            AssertionError late = new AssertionError(otherwise, e);
            late.setStackTrace(thread.getStackTrace()); // where it is stuck is what its author wants to know
            throw late;
        }
    }

    /** The machine, if it succeeded. */
    Optional<Machine> machine() throws InterruptedException {
        try {
            return Optional.of(call.get());
        } catch (ExecutionException e) {
            return Optional.empty();
        }
    }

    /** What it threw, or null. */
    @Nullable
    Throwable failure() throws InterruptedException {
        try {
            call.get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    /** The machine; what it threw is thrown. */
    Machine require() throws ProviderException, InterruptedException {
        Throwable failure = failure();
        if (failure instanceof ProviderException known) {
            throw known;
        }
        return machine().orElseThrow(() -> new AssertionError("create failed unexpectedly", failure));
    }
}
