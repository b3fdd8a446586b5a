package dev.allocator.core.claim;

import dev.allocator.spi.RecordKey;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Somebody who needs room. */
final class Waiter {

    private volatile Need need;
    private final Semaphore changed = new Semaphore(0);
    private Set<RecordKey> lacking;

    Waiter(Need need) {
        this.need = need;
        this.lacking = need.keys();
    }

    Need need() {
        return need;
    }

    Set<RecordKey> keys() {
        return need.keys();
    }

    /** From now on it needs something else; guarded by the queue. */
    void needs(Need other) {
        need = other;
        lacking = other.keys();
    }

    /** The places that it waits for, all before it has looked; guarded by the queue. */
    Set<RecordKey> lacking() {
        return lacking;
    }

    void lacking(Set<RecordKey> places) {
        lacking = places;
    }

    /** From now on changes count. */
    void looks() {
        changed.drainPermits();
    }

    /** Tells that some places have changed. */
    void changed(Set<RecordKey> places) {
        if (!Collections.disjoint(keys(), places)) {
            changed.release();
        }
    }

    /** Waits for a change since it began to look. */
    void await(Duration most) throws InterruptedException {
        boolean unused = changed.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS);
    }
}
