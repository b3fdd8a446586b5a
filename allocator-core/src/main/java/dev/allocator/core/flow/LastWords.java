package dev.allocator.core.flow;

import dev.allocator.Durations;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a provider save what may tell why a machine failed. Whatever comes of it, the machine is destroyed next. */
record LastWords(Executor workers, Duration patience) {

    static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(LastWords.class);

    /** Waits for the provider, but not for long, and then interrupts it. */
    void save(Provider provider, MachineRef machine) {
        FutureTask<Void> saving = new FutureTask<>(() -> {
            provider.saveLogs(machine);
            return null;
        });
        try {
            workers.execute(saving);
            saving.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            LOG.warn(
                    "the logs of machine {} were not saved: {}",
                    machine.machine(),
                    cause instanceof ProviderException ? cause.getMessage() : "unexpected " + cause);
        } catch (TimeoutException e) {
            saving.cancel(true);
            LOG.warn(
                    "the logs of machine {} were not saved: provider '{}' took longer than {}",
                    machine.machine(),
                    machine.provider(),
                    Durations.format(patience));
        } catch (InterruptedException e) {
            saving.cancel(true);
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("the logs of machine {} were not saved", machine.machine(), e);
        }
    }
}
