package dev.allocator.script.spread;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.ConfigNode.Kind;
import dev.allocator.spi.Location;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An entry of {@code backends}.
 *
 * @param name its name
 * @param type its type, which is its name unless it says otherwise
 * @param location where the name was written
 * @param node what was written under it
 */
record Backend(String name, String type, Location location, ConfigNode node) {

    /**
     * A machine that the backend has.
     *
     * @param name its name
     * @param location where the name was written
     * @param node what was written under it; an empty section if it is a name only
     */
    record Machine(String name, Location location, ConfigNode node) {}

    /** All that are not disabled by having nothing under their name. */
    static List<Backend> all(ConfigNode file, Mistakes mistakes) {
        List<Backend> backends = new ArrayList<>();
        ConfigNode section = file.get("backends").orElse(ConfigNode.section(file.location(), List.of()));
        if (file.kind() != Kind.SECTION || (section.kind() != Kind.SECTION && !section.isNull())) {
            mistakes.add(section.location(), "'backends' must be a section with a key for each backend");
        }
        for (Entry entry : section.entries()) {
            ConfigNode node = entry.value();
            if (node.kind() == Kind.SECTION) {
                String type = mistakes.text(node, "type").map(ConfigNode::text).orElse(entry.key());
                backends.add(new Backend(entry.key(), type, entry.location(), node));
            } else if (!node.isNull()) {
                mistakes.add(
                        node.location(), "the backend " + Mistakes.quote(entry.key()) + " must be a section of keys");
            }
        }
        return backends;
    }

    /** Its systems; of two with one name the later counts, as in spread. */
    Collection<Machine> machines(Mistakes mistakes) {
        Optional<ConfigNode> systems = node.get("systems").filter(value -> !value.isNull());
        if (systems.isPresent() && systems.get().kind() != Kind.LIST) {
            mistakes.add(systems.get().location(), "'systems' must be a list");
        }
        Map<String, Machine> machines = new LinkedHashMap<>();
        for (ConfigNode item : systems.map(ConfigNode::items).orElse(List.of())) {
            machine(item)
                    .ifPresentOrElse(
                            machine -> machines.put(machine.name(), machine),
                            () -> mistakes.add(
                                    item.location(),
                                    "a system must be a name, or one name with a section of keys under it"));
        }
        return machines.values();
    }

    private static Optional<Machine> machine(ConfigNode item) {
        if (item.kind() == Kind.SCALAR && !item.text().isEmpty() && !item.isNull()) {
            return Optional.of(
                    new Machine(item.text(), item.location(), ConfigNode.section(item.location(), List.of())));
        }
        if (item.entries().size() != 1) {
            return Optional.empty();
        }
        Entry only = item.entries().get(0);
        ConfigNode node = only.value().isNull() ? ConfigNode.section(only.location(), List.of()) : only.value();
        return Optional.of(new Machine(only.key(), only.location(), node))
                .filter(machine -> node.kind() == Kind.SECTION);
    }
}
