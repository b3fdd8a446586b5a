package dev.allocator.core.config;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.ConfigNode.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Resolves {@code <<} as the <a href="https://yaml.org/type/merge.html">YAML merge type</a> describes: a section or a
 * list of sections whose keys are taken over; the section's own keys win, then the earlier in the list.
 */
final class MergeKey {

    private final Problems problems;

    MergeKey(Problems problems) {
        this.problems = problems;
    }

    /** The section's own keys, with those merged in the place of {@code <<}. */
    List<Entry> merge(Map<String, Entry> own, ConfigNode merged) {
        Map<String, Entry> added = new LinkedHashMap<>();
        for (ConfigNode source : merged.kind() == Kind.LIST ? merged.items() : List.of(merged)) {
            if (source.kind() != Kind.SECTION && !source.isNull()) {
                problems.add(source.location(), "'<<' needs a section such as *anchor, or a list of them");
            }
            source.entries().forEach(entry -> added.putIfAbsent(entry.key(), entry));
        }
        List<Entry> all = new ArrayList<>();
        for (Entry entry : own.values()) {
            if (!entry.key().equals("<<")) {
                all.add(entry);
                continue;
            }
            for (Entry candidate : added.values()) {
                if (!own.containsKey(candidate.key())) {
                    all.add(candidate);
                }
            }
        }
        return all;
    }
}
