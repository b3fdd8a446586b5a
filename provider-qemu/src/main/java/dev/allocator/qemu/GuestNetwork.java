package dev.allocator.qemu;

import dev.allocator.MachineId;
import dev.allocator.spi.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when a guest takes its network card into use. QEMU's user network accepts connections from the start, keeps
 * them when they are closed here, and passes them all on once the guest is up, whose sshd then serves a crowd that is
 * long gone: so nobody should connect before.
 */
final class GuestNetwork implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GuestNetwork.class);

    /** Every virtio driver that is known tells; a guest that does not is tried after this. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ExecutorService threads;

    GuestNetwork() {
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "allocator-qemu-guest-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Completes when the guest takes its card into use, when QEMU ends, or after 30 s. */
    CompletionStage<?> awake(MachineId machine, MachineFiles files) {
        CompletableFuture<MachineId> awake = new CompletableFuture<>();
        threads.execute(() -> {
            Deadline deadline = Deadline.in(PATIENCE);
            try (Monitor monitor = Monitor.connect(files.eventMonitor(), machine, deadline)) {
                monitor.awaitNetworkCard(deadline);
            } catch (IOException e) {
                LOG.debug("no sign of life from machine {}", machine, e);
            } catch (InterruptedException e) {
                LOG.debug("machine {} is not waited for any more", machine);
            } finally {
                awake.complete(machine);
            }
        });
        return awake;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
