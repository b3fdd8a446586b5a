package dev.allocator.testkit;

import dev.allocator.AllocatorOptions;
import dev.allocator.LeaseId;
import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.RealmId;
import dev.allocator.core.machine.Providers;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.process.SessionProcesses;
import dev.allocator.core.profile.Configuration;
import dev.allocator.core.profile.Plugins;
import dev.allocator.core.profile.ResolvedProfile;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.MachineTags;
import dev.allocator.spi.Processes;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A provider opened as the engine opens it, for tests: its settings are read from a configuration file and checked
 * against its schema, its processes are started by the engine's own code, its machines get folders in a state
 * directory. Nothing is recorded and nothing is retried. Two benches with the same folder and realm see what two
 * processes of one user see.
 *
 * <pre>{@code
 * try (ProviderBench bench = ProviderBench.of(new MyProviderFactory(), profile, folder).open()) {
 *     MachinePlan plan = bench.provider().plan(bench.spec());
 *     …
 *     bench.destroy(plan.ref());
 * }
 * }</pre>
 */
public final class ProviderBench implements AutoCloseable {

    /** The owner that its machines are tagged with. */
    static final String OWNER = "contract-owner";

    private final ProviderFactory factory;
    private final RealmId realm;
    private final Path configFile;
    private final StateLayout layout;
    private final Configuration configuration;
    private final Profile profile;
    private final InstantSource clock;
    private final Providers providers;
    private final Provider provider;
    private final ProviderContext context;
    private Consumer<MachineId> destroyed = machine -> {};

    private ProviderBench(Builder builder) throws IOException, ProviderException {
        this.realm = builder.realm;
        this.profile = builder.profile;
        this.clock = builder.clock;
        CapturingFactory capturing = new CapturingFactory(builder.factory, builder.around);
        this.factory = builder.factory;
        this.configFile = builder.writeConfigFile();
        AllocatorOptions options = builder.options(configFile, capturing);
        Plugins plugins = Plugins.load(options.classLoader(), options.plugins(), options.pluginFolders());
        this.configuration = Configuration.load(options, plugins);
        this.layout = StateLayout.of(options);
        Processes processes = new SessionProcesses(realm, builder.environment);
        this.providers = new Providers(
                configuration,
                plugins,
                processes,
                layout,
                realm,
                clock,
                builder.environment,
                machine -> true,
                machine -> Optional.empty());
        this.provider =
                providers.get(Objects.requireNonNull(configuration.providers().get(profile.provider())));
        this.context = capturing.context();
    }

    /**
     * Describes a bench.
     *
     * @param profile a profile of one instance, whose name is {@link Profile#provider()}; its image, if it is a path,
     *     and its settings must not be relative to anything
     * @param folder where the configuration file, the state directory, the cache and the home are
     */
    public static Builder of(ProviderFactory factory, Profile profile, Path folder) {
        return new Builder(factory, profile, folder);
    }

    /** The provider. */
    public Provider provider() {
        return provider;
    }

    /** What the provider was given. */
    public ProviderContext context() {
        return context;
    }

    /** The state directory, which holds the folders of the machines. */
    public Path stateDirectory() {
        return layout.state();
    }

    /** A machine to make of the profile, with a new id and full tags. */
    public MachineSpec spec() {
        return spec(MachineId.random(), false);
    }

    /**
     * A machine to make of the profile.
     *
     * @param needsBootstrap whether its creation will be given keys to plant
     */
    public MachineSpec spec(MachineId id, boolean needsBootstrap) {
        ResolvedProfile resolved = configuration.resolve(profile.name());
        Instant expires = clock.instant().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
        return new MachineSpec(
                id,
                resolved.profile(),
                resolved.settings(),
                resolved.location(),
                resolved.profile().network(),
                "contract-" + id.value().substring(0, 8),
                needsBootstrap,
                new MachineTags(
                        realm,
                        Optional.of(new LeaseId(
                                UUID.nameUUIDFromBytes(id.value().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                        .toString())),
                        OWNER,
                        Optional.of(expires),
                        Map.of("job", "contract")));
    }

    /**
     * Destroys a machine as the engine does: its folder goes too.
     *
     * @throws ProviderException if the provider says so
     */
    public void destroy(MachineRef ref) throws ProviderException {
        provider.destroy(ref);
        destroyed.accept(ref.machine());
        try {
            StateLayout.delete(context.directoryPath(ref.machine()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the folder of machine " + ref.machine(), e);
        }
    }

    /** Tells of machines that {@link #destroy} has destroyed. */
    void onDestroyed(Consumer<MachineId> listener) {
        destroyed = listener;
    }

    /** The configuration file. */
    Path configFile() {
        return configFile;
    }

    /** Options of an allocator over the same instance, profile and folder, with a realm of its own. */
    public AllocatorOptions.Builder allocatorOptions() {
        return AllocatorOptions.builder()
                .configFile(configFile)
                .stateDirectory(layout.state().resolveSibling("engine-state"))
                .environment(context.environment())
                .clock(clock)
                .plugin(factory);
    }

    /** Closes the provider; machines live on. */
    @Override
    public void close() {
        providers.close();
    }

    /** Describes a bench; not safe for several threads. */
    public static final class Builder {
        private final ProviderFactory factory;
        private final Profile profile;
        private final Path folder;
        private final Map<String, String> environment = new HashMap<>(System.getenv());
        private RealmId realm = RealmId.random();
        private Map<String, Object> settings = Map.of();
        private InstantSource clock = InstantSource.system();
        private UnaryOperator<ProviderContext> around = UnaryOperator.identity();
        private @Nullable Path config;

        private Builder(ProviderFactory factory, Profile profile, Path folder) {
            this.factory = factory;
            this.profile = profile;
            this.folder = folder.toAbsolutePath();
            environment.put("HOME", this.folder.resolve("home").toString());
            environment.put("XDG_CACHE_HOME", this.folder.resolve("cache").toString());
        }

        /** Sets the instance's settings, as they would stand in a file: text, numbers, booleans, lists and maps. */
        public Builder settings(Map<String, Object> settings) {
            this.settings = Map.copyOf(settings);
            return this;
        }

        /** Sets the realm; a new one unless set. */
        public Builder realm(RealmId realm) {
            this.realm = realm;
            return this;
        }

        /** Sets the clock; the system's unless set. */
        public Builder clock(InstantSource clock) {
            this.clock = clock;
            return this;
        }

        /** Adds a variable to the environment, which is this process's with another home. */
        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** Puts something between the provider and its context. */
        Builder around(UnaryOperator<ProviderContext> around) {
            this.around = around;
            return this;
        }

        /** Reads a configuration file that exists. */
        Builder configFile(Path config) {
            this.config = config;
            return this;
        }

        private Path writeConfigFile() throws IOException {
            if (config != null) {
                return config;
            }
            Files.createDirectories(folder.resolve("home"));
            Path file = Files.createTempFile(
                    folder,
                    "allocator-",
                    ".yaml",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(file, ConfigText.of(factory.type(), settings, profile));
        }

        private AllocatorOptions options(Path configFile, ProviderFactory plugin) {
            return AllocatorOptions.builder()
                    .configFile(configFile)
                    .workingDirectory(folder)
                    .stateDirectory(folder.resolve("state-" + realm.value().substring(0, 8)))
                    .environment(environment)
                    .plugin(plugin)
                    .build();
        }

        /**
         * Opens it.
         *
         * @throws dev.allocator.ConfigurationException if the settings do not fit the provider's schema
         * @throws ProviderException if the provider cannot be opened
         */
        public ProviderBench open() throws ProviderException {
            try {
                return new ProviderBench(this);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot prepare the folder " + folder, e);
            }
        }
    }
}
