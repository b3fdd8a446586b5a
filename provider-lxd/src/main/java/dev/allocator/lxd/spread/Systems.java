package dev.allocator.lxd.spread;

import dev.allocator.Profile;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.ConfigNode.Kind;
import dev.allocator.spi.Location;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a file says.
 *
 * @param profiles a profile for each system
 * @param unsupported why a system makes no profile, with its place
 */
record Systems(Map<String, ConfigNode> profiles, Map<String, String> unsupported) {

    private static final List<String> SYSTEM_KEYS = List.of("image", "vm", "setup-steps", "resources", "secure-boot");
    private static final List<String> RESOURCE_KEYS = List.of("mem", "cpu", "size");

    /** Below spread's kill-timeout of 15 minutes, so that it is we who say what took so long: a download, often. */
    private static final String TIMEOUT = "14m";

    /**
     * Reads a {@code spread-lxd.yaml}. Other keys of the file itself are a place for anchors.
     *
     * @throws IllegalArgumentException with everything that is wrong
     */
    static Systems read(ConfigNode file) {
        Mistakes mistakes = new Mistakes();
        mistakes.requireSection(file, "the file");
        SetupSteps setup = SetupSteps.read(file, mistakes);
        Systems systems = new Systems(new LinkedHashMap<>(), new LinkedHashMap<>());
        for (Entry system : mistakes.section(file, "system").entries()) {
            systems.add(system, setup, mistakes);
        }
        mistakes.throwIfAny();
        return systems;
    }

    /** Reads a file of which only the form matters. */
    static Systems noneIn(ConfigNode file) {
        Mistakes mistakes = new Mistakes();
        mistakes.requireSection(file, "the file");
        mistakes.throwIfAny();
        return new Systems(Map.of(), Map.of());
    }

    private void add(Entry entry, SetupSteps setup, Mistakes mistakes) {
        String what = "the system " + Mistakes.quote(entry.key());
        ConfigNode system = entry.value();
        mistakes.requireSection(system, what);
        mistakes.checkKeys(system, what, SYSTEM_KEYS);
        ConfigNode resources = mistakes.section(system, "resources");
        mistakes.checkKeys(resources, "the resources of " + what, RESOURCE_KEYS);
        Optional<ConfigNode> image = mistakes.text(system, "image");
        if (image.isEmpty()
                && system.get("image")
                        .filter(node -> node.kind() != Kind.SCALAR)
                        .isEmpty()) {
            mistakes.add(entry.location(), what + " needs 'image', such as ubuntu:24.04");
        }
        Location location = entry.location();
        List<Entry> keys = new ArrayList<>();
        put(keys, "provider", ConfigNode.scalar(location, "lxd"));
        image.ifPresent(node -> put(keys, "image", node));
        // The engine checks these three, and tells their places.
        system.get("vm").ifPresent(node -> put(keys, "vm", node));
        system.get("secure-boot").ifPresent(node -> put(keys, "secure-boot", node));
        put(keys, "cpu", value(resources, "cpu").orElse(ConfigNode.scalar(location, "2")));
        put(keys, "memory", size(resources, "mem", mistakes).orElse(ConfigNode.scalar(location, "2GiB")));
        put(keys, "disk", size(resources, "size", mistakes).orElse(ConfigNode.scalar(location, "10GiB")));
        put(keys, "timeout", ConfigNode.scalar(location, TIMEOUT));
        mistakes.text(system, "setup-steps")
                .flatMap(name -> setup.find(name, what, mistakes))
                .ifPresent(steps -> put(keys, "setup", steps));
        add(entry, ConfigNode.section(location, keys));
    }

    /** Spread has no names that we refuse, but the file may. */
    private void add(Entry entry, ConfigNode profile) {
        try {
            Profile.named(entry.key(), "lxd");
            profiles.put(entry.key(), profile);
        } catch (IllegalArgumentException e) {
            unsupported.put(entry.key(), entry.location() + ": it cannot be allocated: " + e.getMessage());
        }
    }

    private static Optional<ConfigNode> size(ConfigNode resources, String key, Mistakes mistakes) {
        return mistakes.text(resources, key).flatMap(node -> Sizes.read(node, key, mistakes));
    }

    private static Optional<ConfigNode> value(ConfigNode section, String key) {
        return section.get(key).filter(node -> !node.isNull());
    }

    private static void put(List<Entry> keys, String key, ConfigNode value) {
        keys.add(new Entry(key, value.location(), value));
    }
}
