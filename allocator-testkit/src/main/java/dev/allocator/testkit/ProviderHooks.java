package dev.allocator.testkit;

import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.spi.Capability;
import dev.allocator.spi.Machine;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the author of a provider tells its contract. Two methods are a must; each of the others lets more promises be
 * checked, and those that it is needed for are aborted with a reason without it.
 */
abstract class ProviderHooks {

    /**
     * A new factory, called once for each provider that is opened. All of them must see the same machines, as those of
     * several processes would. For what happens in another JVM its class needs a constructor without parameters.
     */
    protected abstract ProviderFactory factory();

    /**
     * A profile that makes the cheapest machine there is, of the instance that its {@link Profile#provider()} names.
     * No guest needs to run in it. It may use files in {@link #folder()}, by absolute paths. Its
     * {@link Profile#readiness()} should be {@code none}. If it has places, they need room for three machines at once.
     */
    protected abstract Profile profile();

    /** The instance's settings, as they would stand in a configuration file; none unless overridden. */
    protected Map<String, Object> settings() {
        return Map.of();
    }

    /** An empty folder of the test's own. */
    protected abstract Path folder();

    /** How long a creation may take at most; a minute unless overridden. */
    protected Duration createLimit() {
        return Duration.ofMinutes(1);
    }

    /** A profile of the same instance for which {@code plan} must fail: an image that is not there, say. */
    protected Optional<Profile> impossibleProfile() {
        return Optional.empty();
    }

    /**
     * A profile whose creation takes at least 2 seconds, with {@link #slowSettings()}: a tool that sleeps first, say.
     * Without it, only what is fast can be interrupted.
     */
    protected Optional<Profile> slowProfile() {
        return Optional.empty();
    }

    /** The settings for {@link #slowProfile()}; the ordinary ones unless overridden. */
    protected Map<String, Object> slowSettings() {
        return settings();
    }

    /**
     * A profile whose machine can be logged in to: of an image that takes keys if {@link Capability#BOOTSTRAP} is
     * declared; with {@code login} or not if {@link Capability#LOGIN} or {@link Capability#EXEC} is; else with
     * {@code login}.
     */
    protected Optional<Profile> loginProfile() {
        return Optional.empty();
    }

    /**
     * A profile whose machine's guest runs, so that {@code exec} works in it; it has {@code sh}, {@code cat}, {@code id},
     * {@code tr} and {@code sleep}. Only with {@link Capability#EXEC}.
     */
    protected Optional<Profile> execProfile() {
        return Optional.empty();
    }

    /** How long a guest may take until commands can be run in it, or until it has an address; 3 minutes unless overridden. */
    protected Duration guestLimit() {
        return Duration.ofMinutes(3);
    }

    /**
     * What exists of a machine outside, one text for each thing, seen by other means than the provider's. Processes
     * that carry the machine's tag are looked for anyway.
     *
     * @return empty if there is no other way to look, which is the default
     */
    protected Optional<List<String>> outside(MachineId machine) {
        return Optional.empty();
    }

    /**
     * Kills a machine from outside, as if it had died by itself.
     *
     * @return whether there is a way; false unless overridden
     */
    protected boolean kill(Machine machine) throws Exception {
        return false;
    }

    /** Settings with which the outside cannot be reached: a wrong address, say. */
    protected Optional<Map<String, Object>> unreachableSettings() {
        return Optional.empty();
    }

    /** Whether machines live on when the JVM dies that made them; true unless overridden. */
    protected boolean machinesOutliveTheirJvm() {
        return true;
    }

    /**
     * Settings with a made-up text for every secret; the ordinary ones with that text for each setting of kind
     * {@link Kind#SECRET} that these do not set, unless overridden because machines cannot be made so.
     */
    protected Map<String, Object> settingsWithSecrets(String canary) {
        Map<String, Object> all = new LinkedHashMap<>(settings());
        factory().settings().settings().stream()
                .filter(setting -> setting.kind() == Kind.SECRET)
                .forEach(setting -> all.putIfAbsent(setting.name(), canary));
        return all;
    }
}
