package dev.allocator.core.readiness;

import java.time.Duration;
import java.util.List;

/**
 * How often a machine is asked.
 *
 * @param shortest between two connections to a machine that refuses them or does not answer at all
 * @param longest between two connections to one that accepts them and says nothing
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
     * The time until the next connection, given how long the oldest one that was accepted has been silent: a quarter of
     * that. A server that needs longer to serve a connection than to get the next one would never catch up: sshd forks
     * and starts itself anew for each before it says a word, which takes an emulated guest half a second and more.
     */
    Duration between(Duration silence) {
        Duration quarter = silence.dividedBy(4);
        if (quarter.compareTo(shortest) < 0) {
            return shortest;
        }
        return quarter.compareTo(longest) > 0 ? longest : quarter;
    }

    Duration afterRefusal(int count) {
        return refusals.get(Math.min(count, refusals.size()) - 1);
    }
}
