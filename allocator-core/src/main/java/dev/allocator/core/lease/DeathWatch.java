package dev.allocator.core.lease;

import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.ProviderException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a provider each second whether a machine is still there, on a thread of its own, as asking may take long. One that
 * is only stopped may be between two boots.
 */
final class DeathWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeathWatch.class);
    private static final Duration BETWEEN_BOOTS = Duration.ofSeconds(10);

    private final RecordedMachine machine;
    private final CompletableFuture<String> death = new CompletableFuture<>();
    private final CountDownLatch over = new CountDownLatch(1);

    private DeathWatch(RecordedMachine machine) {
        this.machine = machine;
    }

    static DeathWatch over(RecordedMachine machine) {
        DeathWatch watch = new DeathWatch(machine);
        Thread thread = new Thread(watch::look, "allocator-restart-" + machine.id());
        thread.setDaemon(true);
        thread.start();
        return watch;
    }

    /** Completes with one sentence when the machine is dead. */
    CompletableFuture<String> death() {
        return death;
    }

    private void look() {
        long running = System.nanoTime();
        try {
            do {
                MachineHealth health = health();
                boolean gone = health.state() == MachineHealth.State.GONE;
                if (health.state() == MachineHealth.State.RUNNING) {
                    running = System.nanoTime();
                }
                if (gone || System.nanoTime() - running > BETWEEN_BOOTS.toNanos()) {
                    death.complete("the machine is gone: " + health.message());
                }
            } while (!death.isDone() && !over.await(1, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            LOG.debug("nobody looks after {} any more", machine);
        }
    }

    /** What cannot be known counts as running. */
    private MachineHealth health() {
        try {
            return machine.check();
        } catch (ProviderException | RuntimeException e) {
            LOG.debug("it is not known whether {} runs", machine, e);
            return new MachineHealth(MachineHealth.State.RUNNING, "not known");
        }
    }

    @Override
    public void close() {
        over.countDown();
    }
}
