package dev.allocator;

import dev.allocator.spi.ProviderFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** How an {@link Allocator} is opened. The defaults suit a program that just wants machines. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class AllocatorOptions {

    /**
     * A provider instance defined in code.
     *
     * @param type the provider's type, such as {@code qemu}
     * @param settings as under {@code providers:} in {@code allocator.yaml}
     */
    public record ProviderDefinition(String type, Map<String, Object> settings) {
        /** Copies the settings. */
        public ProviderDefinition {
            settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        }
    }

    private final Optional<Path> configFile;
    private final boolean configSearch;
    private final Path workingDirectory;
    private final Optional<Path> stateDirectory;
    private final Optional<Path> cacheDirectory;
    private final Optional<String> store;
    private final Map<String, String> environment;
    private final List<Profile> profiles;
    private final Map<String, ProviderDefinition> providers;
    private final List<ProviderFactory> plugins;
    private final List<Path> pluginFolders;
    private final Duration closeTimeout;
    private final InstantSource clock;
    private final ClassLoader classLoader;

    private AllocatorOptions(Builder builder) {
        this.configFile = Optional.ofNullable(builder.configFile);
        this.configSearch = builder.configSearch;
        this.workingDirectory = builder.workingDirectory.toAbsolutePath().normalize();
        this.stateDirectory = Optional.ofNullable(builder.stateDirectory);
        this.cacheDirectory = Optional.ofNullable(builder.cacheDirectory);
        this.store = Optional.ofNullable(builder.store);
        this.environment = Map.copyOf(builder.environment);
        this.profiles = List.copyOf(builder.profiles);
        this.providers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.providers));
        this.plugins = List.copyOf(builder.plugins);
        this.pluginFolders = List.copyOf(builder.pluginFolders);
        this.closeTimeout = builder.closeTimeout;
        this.clock = builder.clock;
        this.classLoader = builder.classLoader;
    }

    /** The defaults. */
    public static AllocatorOptions defaults() {
        return builder().build();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** The configuration file to read instead of searching for one. */
    public Optional<Path> configFile() {
        return configFile;
    }

    /** Whether configuration files are searched for where {@link #configFile()} names none; true by default. */
    public boolean configSearch() {
        return configSearch;
    }

    /** Where the search for configuration files starts, absolute; the process's working directory by default. */
    public Path workingDirectory() {
        return workingDirectory;
    }

    /**
     * Where records are kept. Empty: {@code ALLOCATOR_STATE_DIR}, else {@code $XDG_STATE_HOME/allocator}, else
     * {@code ~/.local/state/allocator}.
     */
    public Optional<Path> stateDirectory() {
        return stateDirectory;
    }

    /**
     * Where downloads and what else may be deleted at any time are kept. Empty: {@code ALLOCATOR_CACHE_DIR}, else
     * {@code $XDG_CACHE_HOME/allocator}, else {@code ~/.cache/allocator}.
     */
    public Optional<Path> cacheDirectory() {
        return cacheDirectory;
    }

    /** The type of store, such as {@code memory}; empty: the configuration's, else {@code file}. */
    public Optional<String> store() {
        return store;
    }

    /** The environment that variables are looked up in; the process's by default. */
    public Map<String, String> environment() {
        return environment;
    }

    /** Profiles defined in code; they shadow those of files. */
    public List<Profile> profiles() {
        return profiles;
    }

    /** Provider instances defined in code by name; they shadow those of files. */
    public Map<String, ProviderDefinition> providers() {
        return providers;
    }

    /** Provider types defined in code; they shadow those on the class path. */
    public List<ProviderFactory> plugins() {
        return plugins;
    }

    /**
     * Folders of plugins, absolute: each holds a folder for each plugin, with its jars, {@code NAME/*.jar}. A plugin has a
     * class loader of its own, which finds what is in its jars before what the program has. A folder that does not exist
     * has none. No folder by default.
     */
    public List<Path> pluginFolders() {
        return pluginFolders;
    }

    /** How long {@link Allocator#close()} waits for machines to be destroyed; 30 s by default. */
    public Duration closeTimeout() {
        return closeTimeout;
    }

    /** Tells the time that leases are counted in; the system's by default. */
    public InstantSource clock() {
        return clock;
    }

    /** Where engine, providers and stores are looked for; the thread's context class loader by default. */
    public ClassLoader classLoader() {
        return classLoader;
    }

    /** Puts options together; not safe for several threads. */
    public static final class Builder {
        private @Nullable Path configFile;
        private boolean configSearch = true;
        private Path workingDirectory = Path.of("");
        private @Nullable Path stateDirectory;
        private @Nullable Path cacheDirectory;
        private @Nullable String store;
        private Map<String, String> environment = System.getenv();
        private final List<Profile> profiles = new ArrayList<>();
        private final Map<String, ProviderDefinition> providers = new LinkedHashMap<>();
        private final List<ProviderFactory> plugins = new ArrayList<>();
        private final List<Path> pluginFolders = new ArrayList<>();
        private Duration closeTimeout = Duration.ofSeconds(30);
        private InstantSource clock = InstantSource.system();
        private ClassLoader classLoader = defaultClassLoader();

        private Builder() {}

        private static ClassLoader defaultClassLoader() {
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            return context != null ? context : ClassLoader.getSystemClassLoader();
        }

        /** Sets {@link AllocatorOptions#configFile()}. */
        public Builder configFile(Path configFile) {
            this.configFile = configFile;
            return this;
        }

        /** Sets {@link AllocatorOptions#configSearch()}. */
        public Builder configSearch(boolean configSearch) {
            this.configSearch = configSearch;
            return this;
        }

        /** Sets {@link AllocatorOptions#workingDirectory()}. */
        public Builder workingDirectory(Path workingDirectory) {
            this.workingDirectory = workingDirectory;
            return this;
        }

        /** Sets {@link AllocatorOptions#stateDirectory()}. */
        public Builder stateDirectory(Path stateDirectory) {
            this.stateDirectory = stateDirectory;
            return this;
        }

        /** Sets {@link AllocatorOptions#cacheDirectory()}. */
        public Builder cacheDirectory(Path cacheDirectory) {
            this.cacheDirectory = cacheDirectory;
            return this;
        }

        /** Sets {@link AllocatorOptions#store()}. */
        public Builder store(String type) {
            this.store = type;
            return this;
        }

        /** Sets {@link AllocatorOptions#environment()}. */
        public Builder environment(Map<String, String> environment) {
            this.environment = environment;
            return this;
        }

        /** Adds to {@link AllocatorOptions#profiles()}; a later profile of the same name replaces the earlier. */
        public Builder profile(Profile profile) {
            profiles.removeIf(p -> p.name().equals(profile.name()));
            profiles.add(profile);
            return this;
        }

        /** Adds to {@link AllocatorOptions#providers()}. */
        public Builder provider(String name, String type, Map<String, Object> settings) {
            providers.put(name, new ProviderDefinition(type, settings));
            return this;
        }

        /** Adds to {@link AllocatorOptions#plugins()}. */
        public Builder plugin(ProviderFactory plugin) {
            plugins.add(plugin);
            return this;
        }

        /** Adds to {@link AllocatorOptions#pluginFolders()}. */
        public Builder pluginFolder(Path folder) {
            pluginFolders.add(folder.toAbsolutePath().normalize());
            return this;
        }

        /** Sets {@link AllocatorOptions#closeTimeout()}; more than zero. */
        public Builder closeTimeout(Duration closeTimeout) {
            this.closeTimeout = AllocationRequest.positive("closeTimeout", closeTimeout);
            return this;
        }

        /** Sets {@link AllocatorOptions#clock()}. */
        public Builder clock(InstantSource clock) {
            this.clock = clock;
            return this;
        }

        /** Sets {@link AllocatorOptions#classLoader()}. */
        public Builder classLoader(ClassLoader classLoader) {
            this.classLoader = classLoader;
            return this;
        }

        /** The options. */
        public AllocatorOptions build() {
            return new AllocatorOptions(this);
        }
    }
}
