package dev.allocator.core.flow;

import dev.allocator.AllocationRequest;
import dev.allocator.ConfigurationException;
import dev.allocator.Keep;
import dev.allocator.Profile;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** When a machine is kept: as the request says, else the environment, else the profile. */
public final class KeepChoice {

    /** The environment's variable. */
    public static final String VARIABLE = "ALLOCATOR_KEEP";

    private KeepChoice() {}

    /** @throws ConfigurationException if the environment says what nobody understands */
    static Keep of(AllocationRequest request, Optional<String> environment, Profile profile) {
        Optional<Keep> fromEnvironment =
                environment.filter(value -> !value.isBlank()).map(KeepChoice::parse);
        return request.keep().or(() -> fromEnvironment).or(profile::keep).orElse(Keep.NEVER);
    }

    private static Keep parse(String value) {
        return switch (value) {
            case "failed" -> Keep.FAILED;
            case "always" -> Keep.ALWAYS;
            case "never" -> Keep.NEVER;
            default ->
                throw new ConfigurationException(List.of("environment variable " + VARIABLE
                        + ": expected failed, always or never, not '"
                        + value.replaceAll("\\p{Cntrl}", "?").toLowerCase(Locale.ROOT) + "'"));
        };
    }
}
