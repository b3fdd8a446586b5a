package dev.allocator.script.hook;

import dev.allocator.Durations;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Settings;
import java.time.Duration;

/**
 * How long hooks may run.
 *
 * @param warn how often one that still runs is mentioned
 * @param kill when it is stopped
 * @param retryDelay the first pause before a failed creation is tried again
 */
public record HookTimes(Duration warn, Duration kill, Duration retryDelay) {

    private static final Duration WARN = Duration.ofMinutes(5);
    private static final Duration KILL = Duration.ofMinutes(15);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(5);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

    /**
     * Reads an instance's settings.
     *
     * @throws ProviderException if one is zero
     */
    public static HookTimes of(Settings settings) throws ProviderException {
        return new HookTimes(
                positive(settings, "warn-timeout", WARN),
                positive(settings, "kill-timeout", KILL),
                positive(settings, "retry-delay", RETRY_DELAY));
    }

    private static Duration positive(Settings settings, String name, Duration fallback) throws ProviderException {
        Duration duration = settings.duration(name).orElse(fallback);
        if (duration.isZero() || duration.isNegative()) {
            throw new ProviderException(settings.location(name) + ": " + name + " must be more than zero, not "
                    + Durations.format(duration));
        }
        return duration;
    }

    /** The pause after so many failed attempts: doubled each time, up to 30 s. */
    public Duration delayAfter(int attempts) {
        Duration delay = retryDelay;
        for (int i = 1; i < attempts && delay.compareTo(LONGEST_DELAY) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(LONGEST_DELAY) < 0 || attempts <= 1 ? delay : LONGEST_DELAY;
    }
}
