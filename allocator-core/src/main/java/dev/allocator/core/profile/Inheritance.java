package dev.allocator.core.profile;

import dev.allocator.core.config.Problems;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.ConfigNode.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Resolves {@code extends}. What a profile says itself wins, then the later of those it extends; sections merge key by
 * key, everything else replaces.
 */
final class Inheritance {

    /** Keys that speak of one profile only. */
    private static final Set<String> OWN = Set.of("extends", "abstract");

    /**
     * A profile with all that it inherits.
     *
     * @param definition the profile as written
     * @param node everything
     * @param complete whether all that it extends was found
     */
    record Merged(Definition definition, ConfigNode node, boolean complete) {}

    private final Map<String, Definition> profiles;
    private final Problems problems;
    private final Map<String, Merged> merged = new LinkedHashMap<>();

    private Inheritance(Map<String, Definition> profiles, Problems problems) {
        this.profiles = profiles;
        this.problems = problems;
    }

    /** All profiles, each after those it extends, so that a problem is reported where it is not yet inherited. */
    static List<Merged> resolve(Map<String, Definition> profiles, Problems problems) {
        Inheritance inheritance = new Inheritance(profiles, problems);
        profiles.values().forEach(profile -> inheritance.merge(profile, new LinkedHashSet<>()));
        return List.copyOf(inheritance.merged.values());
    }

    private Merged merge(Definition profile, Set<String> path) {
        Merged known = merged.get(profile.name());
        if (known != null) {
            return known;
        }
        path.add(profile.name());
        boolean complete = true;
        ConfigNode base = ConfigNode.section(profile.node().location(), List.of());
        for (ConfigNode reference : parents(profile.node())) {
            Definition parent = profiles.get(reference.text());
            if (parent == null) {
                problems.add(
                        reference.location(),
                        "there is no profile " + Problems.quote(reference.source()) + " in any file to extend",
                        reference.source(),
                        profiles.keySet());
                complete = false;
            } else if (path.contains(parent.name())) {
                List<String> cycle = new ArrayList<>(path);
                cycle = cycle.subList(cycle.indexOf(parent.name()), cycle.size());
                problems.add(
                        reference.location(),
                        "the profile '" + parent.name() + "' extends itself: " + String.join(" → ", cycle) + " → "
                                + parent.name());
                complete = false;
            } else {
                Merged inherited = merge(parent, path);
                complete &= inherited.complete();
                base = extend(base, withoutOwn(inherited.node()));
            }
        }
        path.remove(profile.name());
        ConfigNode node = profile.node().kind() == Kind.SECTION ? extend(base, profile.node()) : base;
        Merged result = new Merged(profile, node, complete);
        merged.put(profile.name(), result);
        return result;
    }

    /** What is no text is reported when the profile is read. */
    private static List<ConfigNode> parents(ConfigNode profile) {
        ConfigNode value = profile.get("extends").orElse(ConfigNode.list(profile.location(), List.of()));
        List<ConfigNode> references = value.kind() == Kind.SCALAR ? List.of(value) : value.items();
        return references.stream()
                .filter(reference -> reference.kind() == Kind.SCALAR && !reference.isNull())
                .toList();
    }

    private static ConfigNode withoutOwn(ConfigNode node) {
        return ConfigNode.section(
                node.location(),
                node.entries().stream()
                        .filter(entry -> !OWN.contains(entry.key()))
                        .toList());
    }

    private static ConfigNode extend(ConfigNode base, ConfigNode profile) {
        Optional<ConfigNode> login = profile.get("login");
        List<Entry> inherited = base.entries().stream()
                .map(entry -> entry.key().equals("login") && login.isPresent()
                        ? new Entry(entry.key(), entry.location(), keptLogin(entry.value(), login.get()))
                        : entry)
                .toList();
        return override(ConfigNode.section(base.location(), inherited), profile);
    }

    /** A log-in proves itself in one way: saying another one replaces it. A command also says the user. */
    private static ConfigNode keptLogin(ConfigNode inherited, ConfigNode login) {
        boolean command = login.get("command").isPresent();
        boolean other =
                command || login.get("password").isPresent() || login.get("key").isPresent();
        return other && inherited.kind() == Kind.SECTION
                ? ConfigNode.section(
                        inherited.location(),
                        inherited.entries().stream()
                                .filter(entry -> !command && entry.key().equals("user"))
                                .toList())
                : inherited;
    }

    private static ConfigNode override(ConfigNode base, ConfigNode with) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        base.entries().forEach(entry -> entries.put(entry.key(), entry));
        for (Entry entry : with.entries()) {
            Entry inherited = entries.get(entry.key());
            entries.put(
                    entry.key(),
                    inherited == null
                                    || inherited.value().kind() != Kind.SECTION
                                    || entry.value().kind() != Kind.SECTION
                            ? entry
                            : new Entry(entry.key(), entry.location(), override(inherited.value(), entry.value())));
        }
        return ConfigNode.section(with.location(), List.copyOf(entries.values()));
    }
}
