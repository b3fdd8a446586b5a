package dev.allocator.core.lease;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, on a thread of its own, whether the SSH connection that forwards ports has broken, as it does when the machine
 * restarts, and has it opened anew: whoever uses a port knows nothing of the connection.
 */
final class ForwardWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ForwardWatch.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** What is looked after. */
    interface Ports {

        /** Whether they lead nowhere, and nobody is about to change that. */
        boolean areCutOff();

        /** Waits until they lead to the machine again; false if that is hopeless. */
        boolean restore() throws InterruptedException;
    }

    private final Ports ports;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread;

    private ForwardWatch(Ports ports, String machine) {
        this.ports = ports;
        this.thread = new Thread(this::look, "allocator-ports-" + machine);
        thread.setDaemon(true);
    }

    /** Looks after ports until it is closed. */
    static ForwardWatch over(Ports ports, String machine) {
        ForwardWatch watch = new ForwardWatch(ports, machine);
        watch.thread.start();
        return watch;
    }

    /** Whether it goes on. */
    boolean isAlive() {
        return thread.isAlive();
    }

    private void look() {
        try {
            boolean hope = true;
            while (hope && !over.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                hope = !ports.areCutOff() || ports.restore();
            }
        } catch (InterruptedException e) {
            LOG.debug("nobody looks after forwarded ports any more", e);
        }
    }

    /** Does not wait for its thread, which may be this one. */
    @Override
    public void close() {
        over.countDown();
        thread.interrupt();
    }
}
