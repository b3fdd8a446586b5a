package dev.allocator.core.profile;

import dev.allocator.Profile;
import dev.allocator.core.config.CheckedSettings;
import dev.allocator.spi.Location;
import java.util.Optional;

/**
 * A profile that a machine can be made of.
 *
 * @param profile what to make
 * @param settings the keys for its provider; {@code location(key)} also knows the common keys, such as {@code image}
 * @param location where the profile's name was written
 * @param loginCommand a shell line that says who can log in, to be run once for each machine; then the profile has no
 *     log-in
 */
public record ResolvedProfile(
        Profile profile, CheckedSettings settings, Location location, Optional<String> loginCommand) {

    /** One whose log-in is known, or of the engine's making. */
    public ResolvedProfile(Profile profile, CheckedSettings settings, Location location) {
        this(profile, settings, location, Optional.empty());
    }

    /** Where the shell line was written. */
    public Location loginCommandLocation() {
        return settings.section("login").map(login -> login.location("command")).orElse(location);
    }

    /** A copy whose log-in is known. */
    public ResolvedProfile with(Profile known) {
        return new ResolvedProfile(known, settings, location);
    }

    /**
     * A SHA-256 in hexadecimal digits of all that the profile says, whatever the order, the units or the file in which
     * it was said. Passwords, keys and other secrets are left out, as a short secret could be guessed from a hash.
     */
    public String fingerprint() {
        return Fingerprint.of(this);
    }
}
