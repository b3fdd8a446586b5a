package dev.allocator.testkit;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One task of a {@link FakeTaskRunner}. */
final class FakeTask<V extends @Nullable Object> extends FutureTask<V> implements RunnableScheduledFuture<V> {

    private final FakeTaskRunner runner;
    private final long number;
    private final long period;
    private final boolean fixedRate;
    private long due;

    /**
     * Describes one.
     *
     * @param period nanoseconds between runs, or 0 for a single run
     * @param fixedRate whether the period counts from the time that the last run was due, rather than from its end
     */
    FakeTask(FakeTaskRunner runner, Callable<V> work, long number, long due, long period, boolean fixedRate) {
        super(work);
        this.runner = runner;
        this.number = number;
        this.due = due;
        this.period = period;
        this.fixedRate = fixedRate;
    }

    long due() {
        return due;
    }

    /** Runs it, and schedules the next run if there is one; returns its failure. */
    @Nullable
    IllegalStateException runNow() {
        if (isPeriodic()) {
            if (runAndReset()) {
                due = (fixedRate ? due : runner.clock().nanoTime()) + period;
                runner.add(this);
                return null;
            }
        } else {
            run();
        }
        try {
            if (!isCancelled()) {
                get();
            }
            return null;
        } catch (ExecutionException e) {
            return new IllegalStateException("a task failed: " + e.getCause(), e.getCause());
        } catch (CancellationException e) {
            return null; // by itself, while it ran
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    @Override
    public boolean isPeriodic() {
        return period > 0;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        runner.remove(this);
        return super.cancel(mayInterruptIfRunning);
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(due - runner.clock().nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    @SuppressWarnings("ComparableType") // the interface compares whatever has a delay
    public int compareTo(Delayed other) {
        if (other instanceof FakeTask<?> task) {
            return due != task.due ? Long.compare(due, task.due) : Long.compare(number, task.number);
        }
        return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
