package dev.allocator.core.flow;

import dev.allocator.AllocationCancelledException;
import dev.allocator.AllocationFailure;
import dev.allocator.AllocationRequest;
import dev.allocator.AllocatorException;
import dev.allocator.Lease;
import dev.allocator.LeaseId;
import dev.allocator.Phase;
import dev.allocator.spi.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One allocation under way: what its caller waits for, and the only one who may stop it. Stopping interrupts the
 * thread that works on it, but never once it has begun to clean up.
 */
public final class Allocation extends CompletableFuture<Lease> {

    /** Why an allocation was stopped from outside. */
    public enum Stop {
        /** Its caller wants it no more. */
        CANCELLED,
        /** Its time is over. */
        DEADLINE
    }

    private final AllocationRequest request;
    private final Turn turn;
    private final AtomicBoolean passed = new AtomicBoolean();
    private final LeaseId lease = LeaseId.random();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Phase phase = Phase.RESOLVE;
    private @Nullable Thread worker;
    private @Nullable Stop stop;
    private boolean cleaning;

    /** An allocation that nobody works on yet. */
    public Allocation(AllocationRequest request, Turn turn) {
        this.request = request;
        this.turn = turn;
    }

    /** When it may take room. */
    Turn turn() {
        return turn;
    }

    /** Says that it has room, or will need none. */
    void passTurn() {
        if (passed.compareAndSet(false, true)) {
            turn.pass();
        }
    }

    AllocationRequest request() {
        return request;
    }

    LeaseId lease() {
        return lease;
    }

    Phase phase() {
        return phase;
    }

    void phase(Phase phase) {
        this.phase = phase;
    }

    /** Marks this thread as the one that works on it. */
    synchronized void begin() throws InterruptedException {
        if (stop != null) {
            throw new InterruptedException();
        }
        worker = Thread.currentThread();
    }

    /** Throws if it was stopped, also if a provider swallowed the interrupt. */
    void requireNotStopped() throws InterruptedException {
        boolean stopped;
        synchronized (this) {
            stopped = stop != null;
        }
        if (Thread.interrupted() || stopped) {
            throw new InterruptedException();
        }
    }

    /**
     * Tells the caller that nobody knows when this ends; the work goes on, and cleans up in the end.
     *
     * @return whether the caller still waited
     */
    boolean giveUp(AllocatorException why) {
        return completeExceptionally(why);
    }

    /** From now on nothing interrupts this thread any more; returns why it was stopped, if it was. */
    public synchronized @Nullable Stop beginCleaning() {
        cleaning = true;
        Thread.interrupted(); // clears a stop that came too late to be noticed
        return stop;
    }

    /** Stops the work; whoever stops it first says why. */
    synchronized void stop(Stop why) {
        if (stop == null && !cleaning) {
            stop = why;
            if (worker != null) {
                worker.interrupt();
            }
        }
    }

    /** Says that the work is over and cleaned up; from now on nothing interrupts the thread that did it. */
    public synchronized void end() {
        passTurn();
        worker = null;
        over.countDown();
    }

    /** Waits until the work is over and cleaned up. */
    public void awaitEnd() throws InterruptedException {
        over.await();
    }

    /** The same, but no longer than until the deadline. */
    public void awaitEnd(Deadline deadline) throws InterruptedException {
        boolean unused = over.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Stops the work and destroys the machine in the background; the future is cancelled at once. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        stop(Stop.CANCELLED);
        return super.cancel(mayInterruptIfRunning);
    }

    /** What a caller is told who stopped waiting. */
    public AllocationCancelledException cancelled(String why, @Nullable Throwable cause) {
        return new AllocationCancelledException(
                AllocationFailure.builder(request.profile(), phase, why)
                        .lease(lease)
                        .retryable(true)
                        .build(),
                cause);
    }
}
