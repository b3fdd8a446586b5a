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
 * @param loginCommand the shell line that prints the user and the password, if the log-in is found out that way
 */
public record ResolvedProfile(
        Profile profile, CheckedSettings settings, Location location, Optional<String> loginCommand) {

    /** A profile without a command for the log-in. */
    public ResolvedProfile(Profile profile, CheckedSettings settings, Location location) {
        this(profile, settings, location, Optional.empty());
    }

    /**
     * A SHA-256 in hexadecimal digits of all that the profile says, whatever the order, the units or the file in which
     * it was said. Passwords, keys and other secrets are left out, as a short secret could be guessed from a hash.
     */
    public String fingerprint() {
        return Fingerprint.of(this);
    }
}
