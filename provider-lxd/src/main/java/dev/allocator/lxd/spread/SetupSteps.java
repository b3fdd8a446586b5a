package dev.allocator.lxd.spread;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.ConfigNode.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The named lists of snippets for bash.
 *
 * @param lists each as a profile's {@code setup}
 */
record SetupSteps(Map<String, ConfigNode> lists) {

    /** Reads all of them, used or not. */
    static SetupSteps read(ConfigNode file, Mistakes mistakes) {
        Map<String, ConfigNode> lists = new LinkedHashMap<>();
        for (Entry entry : mistakes.section(file, "setup").entries()) {
            lists.put(entry.key(), steps(entry, mistakes));
        }
        return new SetupSteps(lists);
    }

    private static ConfigNode steps(Entry entry, Mistakes mistakes) {
        ConfigNode list = entry.value();
        if (list.kind() != Kind.LIST) {
            mistakes.add(
                    list.location(),
                    "the setup steps " + Mistakes.quote(entry.key()) + " must be a list of snippets for bash, not "
                            + Mistakes.found(list));
        }
        List<ConfigNode> steps = new ArrayList<>();
        for (ConfigNode item : list.items()) {
            if (item.kind() != Kind.SCALAR || item.text().isBlank()) {
                mistakes.add(
                        item.location(),
                        "each of the setup steps " + Mistakes.quote(entry.key()) + " must be a snippet for bash, not "
                                + Mistakes.found(item));
                continue;
            }
            String number = list.items().size() == 1 ? "" : " step " + (steps.size() + 1);
            steps.add(ConfigNode.section(
                    item.location(),
                    List.of(
                            new Entry(
                                    "name",
                                    entry.location(),
                                    ConfigNode.scalar(entry.location(), entry.key() + number)),
                            new Entry("run", item.location(), item))));
        }
        return ConfigNode.list(list.location(), steps);
    }

    /** The list of a name. */
    Optional<ConfigNode> find(ConfigNode name, String system, Mistakes mistakes) {
        Optional<ConfigNode> found = Optional.ofNullable(lists.get(name.text()));
        if (found.isEmpty()) {
            mistakes.add(
                    name.location(),
                    system + " needs the setup steps " + Mistakes.quote(name.text()) + ", but "
                            + (lists.isEmpty()
                                    ? "the file has no 'setup'"
                                    : "there are none of that name under 'setup'")
                            + Mistakes.suggestion(lists.keySet(), name.text()));
        }
        return found;
    }
}
