package dev.allocator.core.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.LeaseId;
import dev.allocator.MachineId;
import dev.allocator.ProviderHealth;
import dev.allocator.ProviderHealth.Status;
import dev.allocator.RealmId;
import dev.allocator.core.profile.Configuration;
import dev.allocator.core.profile.PluginMismatch;
import dev.allocator.core.profile.Plugins;
import dev.allocator.core.profile.ProviderInstance;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.Diagnosis.Severity;
import dev.allocator.spi.Processes;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderFactory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens provider instances when they are first needed, and closes them. */
public final class Providers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Providers.class);

    private final Configuration configuration;
    private final Plugins plugins;
    private final Processes processes;
    private final StateLayout layout;
    private final RealmId realm;
    private final InstantSource clock;
    private final Map<String, String> environment;
    private final Predicate<MachineId> wanted;
    private final Function<MachineId, Optional<LeaseId>> leaseOf;
    private final Map<Key, Provider> open = new HashMap<>();

    /** What an open provider is known by: a name may have had another type or other settings in the past. */
    private record Key(String type, String name, JsonNode settings) {

        static Key of(ProviderInstance instance) {
            return new Key(instance.type(), instance.name(), SettingsJson.write(instance.node()));
        }

        /** Without the settings, some of which may be secret. */
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Over what is configured.
     *
     * @param wanted whether a machine may be made: it has a record, and its lease has not begun to end
     * @param leaseOf the lease that a machine was made for, if there is a record of it
     */
    public Providers(
            Configuration configuration,
            Plugins plugins,
            Processes processes,
            StateLayout layout,
            RealmId realm,
            InstantSource clock,
            Map<String, String> environment,
            Predicate<MachineId> wanted,
            Function<MachineId, Optional<LeaseId>> leaseOf) {
        this.configuration = configuration;
        this.plugins = plugins;
        this.processes = processes;
        this.layout = layout;
        this.realm = realm;
        this.clock = clock;
        this.environment = environment;
        this.wanted = wanted;
        this.leaseOf = leaseOf;
    }

    /**
     * The provider of an instance, as it is configured now in the place that it was configured in then, else as it is
     * given: of that name, another project may have one of its own, which knows nothing of this one's machines.
     *
     * @param recorded the instance as it was when a machine of it was made
     * @throws ProviderException if it cannot be opened
     */
    public Provider get(ProviderInstance recorded) throws ProviderException {
        ProviderInstance configured = configuration.providers().get(recorded.name());
        ProviderInstance instance = configured != null
                        && configured.type().equals(recorded.type())
                        && configured
                                .location()
                                .source()
                                .equals(recorded.location().source())
                ? configured
                : recorded;
        synchronized (open) {
            Key key = Key.of(instance);
            Provider provider = open.get(key);
            if (provider == null) {
                provider = open(instance);
                open.put(key, provider);
            }
            return provider;
        }
    }

    /** The configured instances, and one with defaults for each other type that can have one. */
    public Map<String, ProviderInstance> configured() {
        Map<String, ProviderInstance> all = new LinkedHashMap<>(configuration.providers());
        Set<String> types = all.values().stream().map(ProviderInstance::type).collect(Collectors.toSet());
        plugins.typesWithDefaults().stream()
                .filter(type -> !types.contains(type))
                .map(configuration::provider)
                .flatMap(Optional::stream)
                .forEach(instance -> all.put(instance.name(), instance));
        return all;
    }

    /** An instance as it may be recorded, without its secrets; the same if it has none. */
    public ProviderInstance withoutSecrets(ProviderInstance instance) {
        ConfigNode plain = plugins.provider(instance.type())
                .map(factory -> SettingsJson.withoutSecrets(instance.node(), factory.settings()))
                .orElse(instance.node());
        return SettingsJson.write(plain).equals(SettingsJson.write(instance.node()))
                ? instance
                : new ProviderInstance(instance.name(), instance.type(), plain, instance.location());
    }

    private Provider open(ProviderInstance instance) throws ProviderException {
        ProviderFactory factory = plugins.provider(instance.type())
                .orElseThrow(() -> new ProviderException("provider '" + instance.name() + "' needs a plugin of type '"
                        + instance.type() + "', " + plugins.whyMissing(instance.type())));
        try {
            return factory.open(new InstanceContext(
                    instance.name(),
                    instance.settings(factory),
                    processes,
                    layout,
                    realm,
                    clock,
                    environment,
                    configuration::resolve,
                    wanted,
                    leaseOf));
        } catch (RuntimeException | Error e) {
            throw new ProviderException(
                    "provider '" + instance.name() + "' cannot be opened: " + PluginMismatch.describe(e), e);
        }
    }

    /** Asks each instance how it is, and adds the plugins that could not be loaded. */
    public List<ProviderHealth> health() {
        List<ProviderHealth> health = new ArrayList<>();
        configured().values().forEach(instance -> health.add(health(instance)));
        health.addAll(plugins.broken());
        return health;
    }

    private ProviderHealth health(ProviderInstance instance) {
        List<Diagnosis> diagnoses = new ArrayList<>();
        Map<String, String> attributes = Map.of();
        try {
            Provider provider = get(instance);
            diagnoses.addAll(provider.diagnose());
            attributes = provider.attributes();
        } catch (ProviderException | RuntimeException | Error e) {
            diagnoses.add(new Diagnosis(
                    Severity.ERROR,
                    e instanceof ProviderException ? String.valueOf(e.getMessage()) : PluginMismatch.describe(e)));
        }
        diagnoses.sort(Comparator.comparing(Diagnosis::severity));
        Status status = diagnoses.isEmpty() || diagnoses.get(0).severity() == Severity.INFO
                ? Status.HEALTHY
                : diagnoses.get(0).severity() == Severity.ERROR ? Status.UNUSABLE : Status.DEGRADED;
        return ProviderHealth.builder(instance.name(), instance.type(), status)
                .messages(diagnoses.stream().map(Diagnosis::message).distinct().toList())
                .attributes(status == Status.UNUSABLE ? Map.of() : attributes)
                .build();
    }

    /** All instances that machines may be found at: those configured and those that records name. */
    public Collection<ProviderInstance> instances(Collection<ProviderInstance> recorded) {
        Map<String, ProviderInstance> all = new LinkedHashMap<>(configuration.providers());
        recorded.forEach(instance -> all.putIfAbsent(instance.name(), instance));
        configured().forEach(all::putIfAbsent);
        return all.values();
    }

    @Override
    public void close() {
        synchronized (open) {
            open.forEach((key, provider) -> {
                try {
                    provider.close();
                } catch (Exception e) {
                    LOG.warn("provider '{}' did not close properly", key, e);
                }
            });
            open.clear();
        }
    }
}
