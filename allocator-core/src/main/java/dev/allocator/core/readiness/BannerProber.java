package dev.allocator.core.readiness;

import dev.allocator.HostAndPort;
import dev.allocator.core.ssh.BannerSocket;
import dev.allocator.spi.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the SSH servers of any number of machines with one thread.
 *
 * <p>That a port accepts connections means nothing: QEMU's user network does long before the guest listens, and answers
 * such an early connection only 6, 18 or 42 s later, when it repeats its first packet. So a new connection is opened
 * about each 100 ms, later less often, at most {@value #PER_MACHINE} at once, and the first that yields a banner is it.
 */
public final class BannerProber implements AutoCloseable {

    /** Of the 10 connections without log-in from which sshd starts to drop some (MaxStartups), two are for others. */
    static final int PER_MACHINE = 8;

    private static final int ALL = 256;
    private static final Logger LOG = LoggerFactory.getLogger(BannerProber.class);
    private static final Duration AFTER_REJECTION = Duration.ofMillis(500);
    /** Where machines share few connections, each gets this long to answer. */
    private static final long LEAST_LIFE = Duration.ofMillis(1600).toNanos();

    private final Pace pace;
    private final int mostSockets;
    private final LongSupplier nanoTime;
    private final Selector selector;
    private final Resolver resolver = new Resolver();
    private final Queue<Runnable> submitted = new ConcurrentLinkedQueue<>();
    private final List<Probe> probes = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(Banner.LARGEST);
    private final Thread thread;
    private volatile boolean closed;

    /** Starts its thread. */
    public BannerProber() {
        this(Pace.DEFAULT, ALL, System::nanoTime);
    }

    BannerProber(Pace pace, int mostSockets, LongSupplier nanoTime) {
        this.pace = pace;
        this.mostSockets = mostSockets;
        this.nanoTime = nanoTime;
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open a selector", e);
        }
        this.thread = new Thread(this::run, "allocator-prober");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Waits for a banner.
     *
     * @return completes with the connection that yielded it, or exceptionally with a {@link ReadinessFailure};
     *     cancelling it closes all connections. What depends on it runs on the prober's thread and must not wait
     */
    public CompletableFuture<BannerSocket> await(HostAndPort address, Deadline deadline) {
        CompletableFuture<BannerSocket> future = new CompletableFuture<>();
        submit(() -> probes.add(new Probe(address, deadline, future, nanoTime.getAsLong())));
        var unused = future.whenComplete((socket, failure) -> wakeUp());
        if (closed) {
            future.cancel(false);
        }
        return future;
    }

    /** Cancels everything and waits until its connections are closed. */
    @Override
    public void close() {
        closed = true;
        resolver.close();
        wakeUp();
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void submit(Runnable task) {
        submitted.add(task);
        wakeUp();
    }

    private void wakeUp() {
        selector.wakeup();
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(millisToWait());
                List<Attempt> answered = proceed();
                if (!answered.isEmpty()) {
                    // Only now are their keys really gone, without which they cannot block.
                    selector.selectNow();
                    answered.forEach(this::hand);
                }
                for (Runnable task = submitted.poll(); task != null; task = submitted.poll()) {
                    task.run();
                }
                tick(nanoTime.getAsLong());
            }
        } catch (IOException | ClosedSelectorException e) {
            LOG.error("the prober stopped", e);
        } finally {
            end();
        }
    }

    private void end() {
        closed = true;
        for (Runnable task = submitted.poll(); task != null; task = submitted.poll()) {
            task.run();
        }
        for (Probe probe : probes) {
            probe.closeAll();
            probe.future().cancel(false);
        }
        try {
            selector.close();
        } catch (IOException e) {
            LOG.debug("closing the selector", e);
        }
    }

    private long millisToWait() {
        long now = nanoTime.getAsLong();
        long nanos = Duration.ofMinutes(1).toNanos();
        for (Probe probe : probes) {
            nanos = Math.min(
                    nanos, Math.min(probe.due() - now, probe.remaining().toNanos()));
        }
        return Math.max(1, nanos / 1_000_000 + 1);
    }

    private List<Attempt> proceed() {
        List<Attempt> answered = new ArrayList<>();
        for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
            SelectionKey key = keys.next();
            keys.remove();
            if (key.isValid() && key.attachment() instanceof Attempt attempt && !answered.contains(attempt)) {
                proceed(attempt, answered);
            }
        }
        return answered;
    }

    private void proceed(Attempt attempt, List<Attempt> answered) {
        Probe probe = attempt.probe();
        try {
            switch (attempt.proceed(buffer)) {
                case SSH -> {
                    attempt.release();
                    probe.remove(attempt);
                    answered.add(attempt);
                }
                case OTHER -> reject(attempt);
                case INCOMPLETE -> LOG.trace("{} goes on", probe.address());
            }
        } catch (IOException e) {
            if (attempt.banner().isEmpty()) {
                drop(attempt, String.valueOf(e.getMessage()));
            } else {
                reject(attempt);
            }
        }
    }

    /** Something answered that is no SSH server, or one that wants to be left alone. */
    private void reject(Attempt attempt) {
        Probe probe = attempt.probe();
        if (attempt.banner().turnedAway()) {
            drop(attempt, "the SSH server said " + attempt.banner().quoted());
        } else {
            drop(attempt, "");
            probe.notSsh(attempt.banner());
        }
        probe.waitUntil(nanoTime.getAsLong() + AFTER_REJECTION.toNanos());
    }

    private static void drop(Attempt attempt, String why) {
        attempt.close();
        attempt.probe().remove(attempt);
        attempt.probe().note(why.toLowerCase(Locale.ROOT));
    }

    private void hand(Attempt attempt) {
        Probe probe = attempt.probe();
        probe.closeAll();
        try {
            attempt.channel().configureBlocking(true);
        } catch (IOException e) {
            drop(attempt, String.valueOf(e.getMessage()));
            return;
        }
        BannerSocket socket = new BannerSocket(
                probe.address(), attempt.channel(), attempt.banner().received());
        if (!probe.future().complete(socket)) {
            socket.close();
        }
    }

    private void tick(long now) {
        for (Iterator<Probe> each = probes.iterator(); each.hasNext(); ) {
            Probe probe = each.next();
            probe.checkDeadline();
            if (probe.future().isDone()) {
                probe.closeAll();
                each.remove();
            }
        }
        // Whoever waited longest goes first, so that the global limit is shared fairly.
        probes.sort(Comparator.comparingLong(probe -> probe.lastTried() - now));
        probes.forEach(probe -> {
            if (probe.isDue(now)) {
                connect(probe, now);
            }
        });
    }

    private void connect(Probe probe, long now) {
        if (probe.needsAddresses()) {
            resolve(probe, now);
            return;
        }
        probe.waitUntil(now + probe.pace(pace, now).toNanos());
        if (!makeRoom(probe, now)) {
            return;
        }
        try {
            probe.add(Attempt.open(probe, probe.nextAddress(), selector, now));
        } catch (IOException | RuntimeException e) {
            probe.note(String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT));
        }
        probe.tried(now);
    }

    private void resolve(Probe probe, long now) {
        if (probe.startResolving()) {
            resolver.resolve(probe.address().host(), (addresses, why) -> submit(() -> resolved(probe, addresses, why)));
        }
        probe.waitUntil(now + Duration.ofSeconds(1).toNanos());
    }

    private void resolved(Probe probe, @Nullable List<InetAddress> addresses, String why) {
        if (addresses == null) {
            probe.unresolved(why);
        } else {
            probe.resolved(addresses);
            probe.waitUntil(nanoTime.getAsLong());
        }
    }

    private boolean makeRoom(Probe probe, long now) {
        boolean othersHaveNone = probes.size() > mostSockets;
        if (othersHaveNone && !probe.attempts().isEmpty()) {
            return false;
        }
        int limit = Math.max(1, Math.min(PER_MACHINE, mostSockets / probes.size()));
        while (probe.attempts().size() >= limit) {
            Attempt victim = probe.attempts()
                    .get(Attempts.toClose(
                            probe.attempts().stream().map(Attempt::opened).toList(), now));
            if (limit < PER_MACHINE && now - victim.opened() < LEAST_LIFE) {
                return false;
            }
            victim.close();
            probe.remove(victim);
        }
        if (probes.stream().mapToInt(each -> each.attempts().size()).sum() < mostSockets) {
            return true;
        }
        Optional<Attempt> oldest = probes.stream()
                .flatMap(each -> each.attempts().stream())
                .min(Comparator.comparingLong(attempt -> attempt.opened() - now));
        if (oldest.isEmpty() || now - oldest.get().opened() < LEAST_LIFE) {
            return false;
        }
        oldest.get().close();
        oldest.get().probe().remove(oldest.get());
        return true;
    }
}
