package dev.allocator.testkit;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A timer whose tasks run when a {@link FakeClock} reaches their times, in the thread that calls
 * {@link FakeClock#advance}, one after the other. A task without a delay runs at the next advance, be it by nothing. A
 * task that fails makes {@code advance} fail, so that no test misses it; a periodic one is then not run again. Setting
 * the clock makes no task due. Shutting down drops all tasks. Safe for use by many threads.
 */
public final class FakeTaskRunner extends AbstractExecutorService implements ScheduledExecutorService {

    private final FakeClock clock;
    private final PriorityBlockingQueue<FakeTask<?>> tasks = new PriorityBlockingQueue<>();
    private final AtomicLong numbers = new AtomicLong();
    private volatile boolean shutdown;

    /** Driven by a clock. */
    public FakeTaskRunner(FakeClock clock) {
        this.clock = clock;
        clock.add(this);
    }

    /** How many tasks wait for their time. */
    public int waiting() {
        return tasks.size();
    }

    FakeClock clock() {
        return clock;
    }

    OptionalLong nextDue() {
        FakeTask<?> next = tasks.peek();
        return next == null ? OptionalLong.empty() : OptionalLong.of(next.due());
    }

    @Nullable
    FakeTask<?> takeNext() {
        return tasks.poll();
    }

    void add(FakeTask<?> task) {
        if (!shutdown && !task.isCancelled()) {
            tasks.add(task);
        }
    }

    void remove(FakeTask<?> task) {
        tasks.remove(task);
    }

    private <V extends @Nullable Object> FakeTask<V> schedule(
            Callable<V> work, long delay, long period, TimeUnit unit, boolean fixedRate) {
        if (shutdown) {
            throw new RejectedExecutionException("the task runner was shut down");
        }
        FakeTask<V> task = new FakeTask<>(
                this,
                work,
                numbers.incrementAndGet(),
                clock.nanoTime() + unit.toNanos(Math.max(0, delay)),
                unit.toNanos(period),
                fixedRate);
        add(task);
        return task;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(Executors.callable(command), delay, 0, unit, false);
    }

    @Override
    public <V extends @Nullable Object> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return schedule(callable, delay, 0, unit, false);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        return schedule(Executors.callable(command), initialDelay, period, unit, true);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return schedule(Executors.callable(command), initialDelay, delay, unit, false);
    }

    @Override
    public void execute(Runnable command) {
        FakeTask<?> unused = schedule(Executors.callable(command), 0, 0, TimeUnit.NANOSECONDS, false);
    }

    @Override
    public void shutdown() {
        shutdownNow();
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> dropped = List.copyOf(tasks);
        tasks.clear();
        return dropped;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown;
    }

    /** Returns at once: nothing runs but in {@link FakeClock#advance}. */
    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutdown;
    }
}
