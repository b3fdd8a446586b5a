package dev.allocator.core.lease;

import java.time.Duration;

/** How long to wait before a machine that could not be destroyed is tried again: 10 s, 20 s, 40 s, … up to 10 min. */
final class BackOff {

    static final Duration SHORTEST = Duration.ofSeconds(10);
    static final Duration LONGEST = Duration.ofMinutes(10);

    private BackOff() {}

    /** After so many failures and one more. */
    static Duration after(int failures) {
        Duration delay = SHORTEST.multipliedBy(1L << Math.min(failures, 10));
        return delay.compareTo(LONGEST) < 0 ? delay : LONGEST;
    }
}
