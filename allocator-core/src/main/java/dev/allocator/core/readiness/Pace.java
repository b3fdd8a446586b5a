package dev.allocator.core.readiness;

import java.time.Duration;
import java.util.List;

/**
 * How often a machine is asked.
 *
 * @param shortest between two connections at first
 * @param longest between two connections, however long it takes
 * @param refusals after each refused log-in; the last one is repeated
 * @param retry after a connection that broke during the log-in
 * @param commands between two tries of a readiness command
 */
record Pace(Duration shortest, Duration longest, List<Duration> refusals, Duration retry, Duration commands) {

    /**
     * Newer servers of OpenSSH penalise refused log-ins by 5 s each once they add up to 15 s (PerSourcePenalties,
     * sshd_config(5)).
     */
    static final Pace DEFAULT = new Pace(
            Duration.ofMillis(100),
            Duration.ofSeconds(2),
            List.of(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(10)),
            Duration.ofMillis(300),
            Duration.ofSeconds(1));

    /**
     * The time between two connections to a machine that has been waited for that long: a hundredth of it. So little is
     * lost in proportion, and a machine that needs longer to serve a connection than to get the next one, which would
     * never catch up, soon gets fewer.
     */
    Duration between(Duration waited) {
        Duration hundredth = waited.dividedBy(100);
        if (hundredth.compareTo(shortest) < 0) {
            return shortest;
        }
        return hundredth.compareTo(longest) > 0 ? longest : hundredth;
    }

    Duration afterRefusal(int count) {
        return refusals.get(Math.min(count, refusals.size()) - 1);
    }
}
