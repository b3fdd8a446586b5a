package dev.allocator.core.flow;

import dev.allocator.Phase;
import dev.allocator.core.event.EventBus;
import dev.allocator.core.machine.EventLog;
import dev.allocator.event.PhaseStarted;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Knows the phase an allocation is in, and how long each took. Used by the allocation's thread only. */
final class PhaseClock {

    private final Allocation allocation;
    private final EventBus events;
    private final InstantSource clock;
    private final EventLog log;
    private final long begin = System.nanoTime();
    private final Map<Phase, Duration> durations = new EnumMap<>(Phase.class);
    private @Nullable Phase current;
    private long entered;

    PhaseClock(Allocation allocation, EventBus events, InstantSource clock, EventLog log) {
        this.allocation = allocation;
        this.events = events;
        this.clock = clock;
        this.log = log;
    }

    void enter(Phase phase) throws InterruptedException {
        allocation.requireNotStopped();
        stop();
        current = phase;
        entered = System.nanoTime();
        allocation.phase(phase);
        log.add(phase.toString());
        events.publish(new PhaseStarted(allocation.lease(), allocation.request().profile(), clock.instant(), phase));
    }

    private void stop() {
        if (current != null) {
            durations.merge(current, Duration.ofNanos(System.nanoTime() - entered), Duration::plus);
            current = null;
        }
    }

    /** How long each phase took, the current one up to now. */
    Map<Phase, Duration> durations() {
        Phase unfinished = current;
        stop();
        if (unfinished != null) {
            current = unfinished;
            entered = System.nanoTime();
        }
        return durations;
    }

    /** Time since the allocation began. */
    Duration total() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
