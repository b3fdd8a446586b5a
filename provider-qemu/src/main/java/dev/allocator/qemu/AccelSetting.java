package dev.allocator.qemu;

import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Settings;
import java.util.List;
import java.util.Optional;

/**
 * How somebody wants guests to run. The environment overrides a profile, and that its instance: a job that has to do
 * without KVM need not change files.
 *
 * @param value {@code auto}, {@code kvm} or {@code tcg}
 * @param origin who said so
 */
record AccelSetting(String value, String origin) {

    /** The environment variable. */
    static final String VARIABLE = "ALLOCATOR_ACCEL";

    static final List<String> VALUES = List.of("auto", "kvm", "tcg");

    private static final String KEY = "accel";

    /**
     * What counts.
     *
     * @param profile the profile's settings, if it is about one
     * @throws ProviderException if the environment says something that cannot be understood
     */
    static AccelSetting of(ProviderContext context, Optional<Settings> profile) throws ProviderException {
        String variable = context.environment().getOrDefault(VARIABLE, "");
        if (!variable.isEmpty()) {
            if (!VALUES.contains(variable)) {
                throw new ProviderException(
                        "the environment variable " + VARIABLE + " is '" + variable + "' (expected auto, kvm or tcg)");
            }
            return new AccelSetting(variable, VARIABLE);
        }
        String configured = profile.flatMap(settings -> settings.string(KEY))
                .or(() -> context.settings().string(KEY))
                .orElse("auto");
        return new AccelSetting(configured, KEY);
    }

    /** In words that follow "because". */
    String reason() {
        return origin + " is set to " + value;
    }
}
