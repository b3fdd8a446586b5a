package dev.allocator.core.profile;

import dev.allocator.DataSize;
import dev.allocator.Durations;
import dev.allocator.Profile;
import dev.allocator.Secret;
import dev.allocator.core.config.Problems;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.Location;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns what a program set in code into nodes, so that it is checked like a file. */
final class CodeNodes {

    private final Location location;
    private final Problems problems;

    CodeNodes(Location location, Problems problems) {
        this.location = location;
        this.problems = problems;
    }

    /** A section of settings. */
    ConfigNode section(Map<?, ?> settings) {
        List<Entry> entries = new ArrayList<>();
        settings.forEach((key, value) -> {
            String name = String.valueOf(key);
            entries.add(new Entry(name, location, node(name, value)));
        });
        return ConfigNode.section(location, entries);
    }

    /** A profile's own settings and the common ones that a provider might restate. */
    ConfigNode section(Profile profile) {
        Map<String, Object> all = new LinkedHashMap<>();
        profile.settings().forEach((key, value) -> {
            if (ProfileKeys.COMMON.setting(key).isPresent() || ProfileKeys.READ_ELSEWHERE.contains(key)) {
                problems.add(location, "'" + key + "' is no setting of the provider; use the method of that name");
            } else {
                all.put(key, value);
            }
        });
        all.put("provider", profile.provider());
        profile.image().ifPresent(image -> all.put("image", image));
        profile.arch().ifPresent(arch -> all.put("arch", arch));
        profile.cpu().ifPresent(cpu -> all.put("cpu", cpu));
        profile.memory().ifPresent(memory -> all.put("memory", memory));
        profile.disk().ifPresent(disk -> all.put("disk", disk));
        profile.network().ifPresent(network -> all.put("network", network));
        return section(all);
    }

    private ConfigNode node(String key, @Nullable Object value) {
        if (value == null) {
            return ConfigNode.scalar(location, "");
        }
        if (value instanceof Map<?, ?> map) {
            return section(map);
        }
        if (value instanceof Iterable<?> items && !(value instanceof Path)) {
            List<ConfigNode> nodes = new ArrayList<>();
            items.forEach(item -> nodes.add(node(key, item)));
            return ConfigNode.list(location, nodes);
        }
        if (value instanceof Secret secret) {
            return ConfigNode.scalar(location, secret.reveal(), "***", true);
        }
        if (value instanceof Duration duration) {
            return text(Durations.format(duration));
        }
        if (value instanceof CharSequence
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof DataSize
                || value instanceof Path) {
            return text(value.toString());
        }
        problems.add(
                location,
                "the value of " + Problems.quote(key) + " is a "
                        + value.getClass().getName()
                        + "; expected text, a number, true or false, a list or a map");
        return ConfigNode.scalar(location, "");
    }

    private ConfigNode text(String text) {
        return ConfigNode.scalar(location, text, text, true);
    }
}
