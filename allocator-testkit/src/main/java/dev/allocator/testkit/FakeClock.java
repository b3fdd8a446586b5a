package dev.allocator.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock that a test moves. It has two hands, as a computer has: {@link #instant()}, which people may also set, and
 * {@link #nanoTime()}, which only time itself moves. Safe for use by many threads.
 *
 * <pre>{@code
 * FakeClock clock = new FakeClock();
 * FakeTaskRunner tasks = new FakeTaskRunner(clock);
 * tasks.schedule(() -> …, 1, TimeUnit.HOURS);
 * clock.advance(Duration.ofHours(2));            // the task has run, and saw the clock an hour from the start
 * }</pre>
 */
public final class FakeClock implements InstantSource {

    /** Where a new clock stands: 2030-01-01T00:00:00Z. */
    public static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private final List<FakeTaskRunner> runners = new ArrayList<>();
    private final ReentrantLock advancing = new ReentrantLock();
    private Instant now;
    private long elapsed;

    /** At {@link #START}. */
    public FakeClock() {
        this(START);
    }

    /** At some other time. */
    public FakeClock(Instant now) {
        this.now = now;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    /** How much time has passed, in nanoseconds; for {@link dev.allocator.spi.Deadline#in(Duration, java.util.function.LongSupplier)}. */
    public synchronized long nanoTime() {
        return elapsed;
    }

    /**
     * Lets time pass, and runs in this thread, in the order of their times, the tasks of all {@link FakeTaskRunner}s of
     * this clock that become due, those included that these tasks schedule.
     *
     * @throws IllegalArgumentException if the duration is negative: see {@link #set}
     * @throws IllegalStateException if tasks failed; all the others have run
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time does not run backwards; set() puts the clock back");
        }
        advancing.lock();
        try {
            long end = nanoTime() + duration.toNanos();
            @Nullable IllegalStateException failure = null;
            for (FakeTask<?> task = next(end); task != null; task = next(end)) {
                moveTo(task.due());
                @Nullable IllegalStateException failed = task.runNow();
                if (failure == null) {
                    failure = failed;
                } else if (failed != null) {
                    failure.addSuppressed(failed);
                }
            }
            moveTo(end);
            if (failure != null) {
                throw failure;
            }
        } finally {
            advancing.unlock();
        }
    }

    /** Sets the clock, forward or back, as somebody would who corrects it: no time passes, no task becomes due. */
    public synchronized void set(Instant now) {
        this.now = now;
    }

    synchronized void add(FakeTaskRunner runner) {
        runners.add(runner);
    }

    private synchronized void moveTo(long nanoTime) {
        if (nanoTime > elapsed) { // a task that was scheduled for the past runs now
            now = now.plusNanos(nanoTime - elapsed);
            elapsed = nanoTime;
        }
    }

    private @Nullable FakeTask<?> next(long end) {
        List<FakeTaskRunner> all;
        synchronized (this) {
            all = List.copyOf(runners);
        }
        return all.stream()
                .filter(runner -> dueBy(runner.nextDue(), end))
                .min(Comparator.comparingLong(runner -> runner.nextDue().orElse(Long.MAX_VALUE)))
                .map(FakeTaskRunner::takeNext)
                .orElse(null);
    }

    private static boolean dueBy(OptionalLong due, long end) {
        return due.isPresent() && due.getAsLong() <= end;
    }

    @Override
    public String toString() {
        return "fake clock at " + instant();
    }
}
