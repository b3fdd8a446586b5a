package dev.allocator.core.profile;

import dev.allocator.AllocatorOptions.ProviderDefinition;
import dev.allocator.ProviderHealth;
import dev.allocator.core.config.Problems;
import dev.allocator.core.config.SettingsReader;
import dev.allocator.core.config.Suggestion;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.ConfigNode.Kind;
import dev.allocator.spi.Location;
import dev.allocator.spi.ProviderFactory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The provider instances of files and code. Unchanging once all are added; then safe for several threads. */
final class Providers {

    private final Plugins plugins;
    private final Map<String, ProviderInstance> instances = new LinkedHashMap<>();
    private final Map<String, String> writtenTypes = new HashMap<>();
    private final Set<String> foreign = new HashSet<>();

    Providers(Plugins plugins) {
        this.plugins = plugins;
    }

    /**
     * Adds those of files, and checks them where their plugin is there.
     *
     * @param foreign those of other tools' files, which are for their own profiles and nobody's default
     */
    void add(Map<String, Definition> definitions, Set<String> foreign, Problems problems) {
        this.foreign.addAll(foreign);
        for (Definition definition : definitions.values()) {
            ConfigNode node = definition.node();
            if (node.kind() != Kind.SECTION && !node.isNull()) {
                problems.add(node.location(), "provider '" + definition.name() + "' must be a section with a 'type'");
                continue;
            }
            type(definition, problems)
                    .ifPresent(type -> add(
                            new ProviderInstance(definition.name(), type, withoutType(node), definition.location()),
                            problems));
        }
    }

    /** Adds those of code, which shadow those of files. */
    void addFromCode(Map<String, ProviderDefinition> definitions, Problems problems) {
        definitions.forEach((name, definition) -> {
            writtenTypes.remove(name);
            foreign.remove(name);
            Location location = new Location("provider '" + name + "' in code", 0, 0);
            ConfigNode node = new CodeNodes(location, problems).section(definition.settings());
            add(new ProviderInstance(name, definition.type(), node, location), problems);
        });
    }

    private void add(ProviderInstance instance, Problems problems) {
        instances.put(instance.name(), instance);
        plugins.provider(instance.type())
                .ifPresent(factory -> new SettingsReader(problems, false)
                        .read(instance.section(), Set.of("type"), List.of(factory.settings())));
    }

    private Optional<String> type(Definition definition, Problems problems) {
        Optional<Entry> type = definition.node().entries().stream()
                .filter(entry -> entry.key().equals("type") && !entry.value().isNull())
                .findFirst();
        if (type.isEmpty()) {
            if (plugins.provider(definition.name()).isPresent()) {
                return Optional.of(definition.name());
            }
            String what = "provider '" + definition.name() + "'";
            if (!problems.misspelt(definition.node(), what, "type")) {
                problems.add(definition.location(), what + " needs 'type': the provider's type" + loaded());
            }
        } else if (type.get().value().kind() != Kind.SCALAR) {
            problems.add(type.get().value().location(), "'type' must be the provider's type" + loaded());
            return Optional.empty();
        }
        type.ifPresent(
                entry -> writtenTypes.put(definition.name(), entry.value().source()));
        return type.map(entry -> entry.value().text());
    }

    private static ConfigNode withoutType(ConfigNode node) {
        return ConfigNode.section(
                node.location(),
                node.entries().stream()
                        .filter(entry -> !entry.key().equals("type"))
                        .toList());
    }

    Map<String, ProviderInstance> configured() {
        return instances;
    }

    /** The instance of that name; one with defaults if none is configured and the name is a type. */
    Optional<ProviderInstance> get(String name) {
        ProviderInstance configured = instances.get(name);
        if (configured != null || plugins.provider(name).isEmpty()) {
            return Optional.ofNullable(configured);
        }
        Location location = new Location("provider '" + name + "' with defaults", 0, 0);
        return Optional.of(new ProviderInstance(name, name, ConfigNode.section(location, List.of()), location));
    }

    /** What a profile uses that names no provider: the only instance, or without any, the only type. */
    Optional<String> byDefault() {
        Set<String> candidates = candidates();
        return candidates.size() == 1 ? Optional.of(candidates.iterator().next()) : Optional.empty();
    }

    /** The names that a profile can choose from if it has to. */
    Set<String> candidates() {
        Set<String> configured = new TreeSet<>(instances.keySet());
        configured.removeAll(foreign);
        return configured.isEmpty() ? new TreeSet<>(plugins.typesWithDefaults()) : configured;
    }

    /** The plugin for a name that a profile gives. */
    Optional<ProviderFactory> factory(String name) {
        return get(name).flatMap(instance -> plugins.provider(instance.type()));
    }

    /**
     * Why there is no plugin for a name that a profile gives.
     *
     * @param written the name as it was written, for the message
     */
    String whyMissing(String name, String written) {
        ProviderInstance instance = instances.get(name);
        String type = instance == null ? name : instance.type();
        String provider = "its provider " + Problems.quote(written);
        Optional<ProviderHealth> broken = plugins.brokenProvider(type);
        if (broken.isPresent()) {
            return provider + " has no working plugin: "
                    + String.join("; ", broken.get().messages());
        }
        if (instance != null) {
            return provider + " needs the plugin " + Problems.quote(writtenTypes.getOrDefault(name, type))
                    + ", which is not " + plugins.places() + loaded()
                    + Suggestion.among(plugins.providerTypes(), type);
        }
        Set<String> known = new TreeSet<>(instances.keySet());
        known.addAll(plugins.providerTypes());
        return provider + " is not configured, and there is no plugin of that type " + plugins.places() + loaded()
                + Suggestion.among(known, name);
    }

    /** Where plugins are looked for. */
    String places() {
        return plugins.places();
    }

    private String loaded() {
        Set<String> types = new TreeSet<>(plugins.providerTypes());
        return types.isEmpty() ? " (no provider plugin is)" : " (there: " + String.join(", ", types) + ")";
    }
}
