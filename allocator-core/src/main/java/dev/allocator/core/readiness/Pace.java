package dev.allocator.core.readiness;

import java.time.Duration;
import java.util.List;

/**
 * How often a machine is asked.
 *
 * @param young between two connections while a machine may be about to answer
 * @param old between two connections after that
 * @param youth how long a machine counts as young
 * @param refusals after each refused log-in; the last one is repeated
 * @param retry after a connection that broke during the log-in
 * @param commands between two tries of a readiness command
 */
record Pace(Duration young, Duration old, Duration youth, List<Duration> refusals, Duration retry, Duration commands) {

    /**
     * Newer servers of OpenSSH penalise refused log-ins by 5 s each once they add up to 15 s (PerSourcePenalties,
     * sshd_config(5)).
     */
    static final Pace DEFAULT = new Pace(
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(60),
            List.of(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(10)),
            Duration.ofMillis(300),
            Duration.ofSeconds(1));

    Duration afterRefusal(int count) {
        return refusals.get(Math.min(count, refusals.size()) - 1);
    }
}
