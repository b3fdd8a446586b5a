package dev.allocator.qemu;

import dev.allocator.spi.Deadline;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes those of this provider who wait for something of the host when some was given back here. */
final class Bell {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rung = lock.newCondition();

    /** Something was given back. */
    void ring() {
        lock.lock();
        try {
            rung.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for it. It may also have rung before, and other processes ring no bell, so ask for a moment only. */
    @SuppressWarnings("WaitNotInLoop") // who waits looks again in a loop
    void await(Deadline moment) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long unused = rung.awaitNanos(moment.remaining().toNanos());
        } finally {
            lock.unlock();
        }
    }
}
