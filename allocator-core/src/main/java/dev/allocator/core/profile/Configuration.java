package dev.allocator.core.profile;

import dev.allocator.AllocatorOptions;
import dev.allocator.ConfigurationException;
import dev.allocator.Profile;
import dev.allocator.UnknownProfileException;
import dev.allocator.core.config.Problems;
import dev.allocator.core.config.Suggestion;
import dev.allocator.core.config.UserPaths;
import dev.allocator.spi.Location;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the configuration files and the options say together: providers, profiles, the store. Nothing is read again
 * after {@link #load}. Safe for several threads.
 */
public final class Configuration {

    private static final int MOST_NAMED = 10;

    private final AllocatorOptions options;
    private final List<Path> files;
    private final Providers providers;
    private final Map<String, ProfileReader.Outcome> profiles;
    private final Set<String> abstractProfiles;
    private final Map<String, String> unsupported;
    private final StoreChoice store;

    Configuration(
            AllocatorOptions options,
            List<Path> files,
            Providers providers,
            Map<String, ProfileReader.Outcome> profiles,
            Set<String> abstractProfiles,
            Map<String, String> unsupported,
            StoreChoice store) {
        this.options = options;
        this.files = List.copyOf(files);
        this.providers = providers;
        this.profiles = Collections.unmodifiableMap(new LinkedHashMap<>(profiles));
        this.abstractProfiles = Set.copyOf(abstractProfiles);
        this.unsupported = Map.copyOf(unsupported);
        this.store = store;
    }

    /**
     * Reads all files that there are.
     *
     * @throws ConfigurationException with everything that is wrong in any of them and in the options, at once; a
     *     missing plugin is no mistake, but keeps its profiles from being resolved
     */
    public static Configuration load(AllocatorOptions options, Plugins plugins) {
        return load(options, plugins, Path.of("/etc"));
    }

    static Configuration load(AllocatorOptions options, Plugins plugins, Path etc) {
        return new ConfigurationLoader(options, plugins).load(ConfigurationFiles.find(options, plugins, etc));
    }

    /** The files that were read, the nearest first. */
    public List<Path> files() {
        return files;
    }

    /** The instances that are configured, and those with defaults that a profile uses. */
    public Map<String, ProviderInstance> providers() {
        Map<String, ProviderInstance> all = new LinkedHashMap<>(providers.configured());
        profiles()
                .forEach(profile ->
                        provider(profile.provider()).ifPresent(instance -> all.putIfAbsent(instance.name(), instance)));
        return Collections.unmodifiableMap(all);
    }

    /** The instance of that name, or one with defaults if the name is a provider's type. */
    public Optional<ProviderInstance> provider(String name) {
        return providers.get(name);
    }

    /** All profiles that are not abstract, including those that {@link #resolve} refuses. */
    public List<Profile> profiles() {
        return profiles.values().stream()
                .map(outcome -> outcome.resolved().profile())
                .toList();
    }

    /**
     * A profile to make a machine of.
     *
     * @throws UnknownProfileException if there is none of that name
     * @throws ConfigurationException if its provider's plugin or its private key is missing, or if it is of a kind that
     *     another tool knows and we do not
     */
    public ResolvedProfile resolve(String name) {
        ProfileReader.Outcome outcome = profiles.get(name);
        String reason = unsupported.get(name);
        if (outcome == null && reason != null) {
            throw new ConfigurationException(List.of(reason));
        }
        if (outcome == null) {
            throw new UnknownProfileException(name, unknown(name));
        }
        if (outcome.unusable().isPresent()) {
            throw new ConfigurationException(List.of(outcome.unusable().get()));
        }
        return outcome.resolved();
    }

    /** Why profiles cannot be resolved, {@code file:line:column: what} each. */
    public List<String> unusable() {
        return profiles.values().stream()
                .flatMap(outcome -> outcome.unusable().stream())
                .distinct()
                .toList();
    }

    /** The store to use. */
    public StoreChoice store() {
        return store;
    }

    /**
     * Where relative paths written at a place start: the folder of its file, which another process may have read; for
     * code, the working directory.
     */
    public Path base(Location location) {
        return base(files, options, location);
    }

    static Path base(List<Path> files, AllocatorOptions options, Location location) {
        return files.stream()
                .filter(file -> file.toString().equals(location.source()))
                .findFirst()
                .or(() -> Optional.of(location.source())
                        .filter(source -> source.startsWith("/"))
                        .map(Path::of))
                .map(Path::getParent)
                .orElse(options.workingDirectory());
    }

    /** The file that a path written at a place means; {@code ~} is the user's home. */
    public Path resolve(String path, Location location) {
        return new UserPaths(options.environment()).resolve(path, base(location));
    }

    private String unknown(String name) {
        String quoted = Problems.quote(name);
        if (abstractProfiles.contains(name)) {
            return "the profile " + quoted + " is abstract: it can only be extended";
        }
        if (files.isEmpty() && profiles.isEmpty()) {
            return "no profile " + quoted + ": there is no configuration file; write profiles to "
                    + options.workingDirectory().resolve("allocator.yaml") + ", or name a file with "
                    + ConfigurationFiles.VARIABLE;
        }
        String suggestion = Suggestion.among(profiles.keySet(), name);
        List<String> known =
                profiles.keySet().stream().sorted().limit(MOST_NAMED).toList();
        String others = !suggestion.isEmpty() || known.isEmpty()
                ? suggestion
                : "; there are " + String.join(", ", known) + (profiles.size() > MOST_NAMED ? ", …" : "");
        String looked = files.isEmpty()
                ? "the program's own profiles and those built in; there is no configuration file"
                : String.join(", ", files.stream().map(Path::toString).toList());
        return "no profile " + quoted + others + " (looked in " + looked + ")";
    }
}
