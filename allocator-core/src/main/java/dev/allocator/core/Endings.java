package dev.allocator.core;

import dev.allocator.AllocatorException;
import dev.allocator.EndReason;
import dev.allocator.LeaseId;
import dev.allocator.core.lease.Discarder;
import dev.allocator.core.lease.Judge;
import dev.allocator.core.lease.LeaseRecord;
import dev.allocator.core.lease.Leases;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends an allocator's leases. What nobody waits for is done once at a time. Safe for many threads. */
final class Endings {

    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    private final Discarder discarder;
    private final Leases leases;
    private final EngineThreads threads;
    private final Judge judge;
    private final Runnable failed;
    private final Consumer<LeaseId> over;
    private final Set<LeaseId> ending = ConcurrentHashMap.newKeySet();

    /**
     * None has begun.
     *
     * @param failed is told that a lease has to be tried again
     * @param over is told each lease that is over
     */
    Endings(
            Discarder discarder,
            Leases leases,
            EngineThreads threads,
            Judge judge,
            Runnable failed,
            Consumer<LeaseId> over) {
        this.discarder = discarder;
        this.leases = leases;
        this.threads = threads;
        this.judge = judge;
        this.failed = failed;
        this.over = over;
    }

    /** Ends a lease that was found to be over, in the background, unless that is under way. */
    void begin(LeaseId lease, Judge.End end) {
        if (!ending.contains(lease)) {
            LOG.info("lease {} is over: {}", lease, end.why());
            var unused = begin(lease, end.reason(), judge.still(end));
        }
    }

    /** Completes when that is over, however it went; at once if it is under way already. */
    CompletableFuture<Void> begin(LeaseId lease, EndReason reason) {
        return begin(lease, reason, any -> true);
    }

    private CompletableFuture<Void> begin(LeaseId lease, EndReason reason, Predicate<LeaseRecord> still) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (ending.add(lease)) {
            threads.start("end " + lease, () -> {
                try {
                    endAndLog(lease, reason, still);
                } finally {
                    ending.remove(lease);
                    done.complete(null);
                }
            });
        } else {
            done.complete(null);
        }
        return done;
    }

    /** Ends it; what goes wrong is logged. */
    void endAndLog(LeaseId lease, EndReason reason) {
        endAndLog(lease, reason, any -> true);
    }

    private void endAndLog(LeaseId lease, EndReason reason, Predicate<LeaseRecord> still) {
        try {
            boolean unused = end(lease, reason, still);
        } catch (RuntimeException e) {
            LOG.warn("{}", e instanceof AllocatorException ? e.getMessage() : "lease " + lease + " did not end: " + e);
        }
    }

    /** Ends it. */
    void end(LeaseId lease, EndReason reason) {
        boolean unused = end(lease, reason, any -> true);
    }

    /** Ends it unless another thread or process has detached or kept it just now; says whether it is over. */
    boolean endIfHeld(LeaseId lease) {
        return end(lease, EndReason.DISCARDED, leases::mayEndWithItsHolder);
    }

    /** @param still what the record has to say as it is then */
    private boolean end(LeaseId lease, EndReason reason, Predicate<LeaseRecord> still) {
        boolean first = ending.add(lease); // so that nobody else here tries, however long it takes
        try {
            if (!discarder.discard(lease, reason, still) && leases.exists(lease)) {
                return false;
            }
        } finally {
            if (first) {
                ending.remove(lease);
            }
            if (discarder.failed().contains(lease)) {
                failed.run();
            }
        }
        over.accept(lease);
        return true;
    }
}
