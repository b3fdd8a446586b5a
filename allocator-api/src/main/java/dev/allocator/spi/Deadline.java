package dev.allocator.spi;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A moment by which something must be over; one goes through all steps of an allocation. */
@API(status = Status.MAINTAINED, since = "0.1")
public final class Deadline {

    private final LongSupplier nanoTime;
    private final long end;
    private final Duration total;

    private Deadline(LongSupplier nanoTime, long end, Duration total) {
        this.nanoTime = nanoTime;
        this.end = end;
        this.total = total;
    }

    /** That long from now, at most 100 years. */
    public static Deadline in(Duration duration) {
        return in(duration, System::nanoTime);
    }

    /** That long from now by another clock, which counts nanoseconds as {@link System#nanoTime()} does. */
    public static Deadline in(Duration duration, LongSupplier nanoTime) {
        Duration bounded = duration.compareTo(Duration.ofDays(36500)) > 0 ? Duration.ofDays(36500) : duration;
        return new Deadline(nanoTime, nanoTime.getAsLong() + bounded.toNanos(), bounded);
    }

    /** The earlier of this and that long from now. */
    public Deadline atMost(Duration duration) {
        return duration.compareTo(remaining()) < 0 ? in(duration, nanoTime) : this;
    }

    /** What is left, zero if it passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - nanoTime.getAsLong()));
    }

    /** Whether it passed. */
    public boolean expired() {
        return end - nanoTime.getAsLong() <= 0;
    }

    /** How long it was in all. */
    public Duration total() {
        return total;
    }

    @Override
    public String toString() {
        return remaining() + " of " + total + " left";
    }
}
