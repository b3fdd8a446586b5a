package dev.allocator.script.spread;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts a section of our configuration together, whose values tell where they stand in spread's. For one thread. */
final class SectionBuilder {

    private final Location location;
    private final List<Entry> entries = new ArrayList<>();

    /** A section that was written there. */
    SectionBuilder(Location location) {
        this.location = location;
    }

    SectionBuilder put(String key, ConfigNode value) {
        entries.add(new Entry(key, value.location(), value));
        return this;
    }

    SectionBuilder put(String key, Optional<ConfigNode> value) {
        value.ifPresent(node -> put(key, node));
        return this;
    }

    /** A value that follows from the section as a whole. */
    SectionBuilder put(String key, String text) {
        return put(key, text(location, text));
    }

    ConfigNode build() {
        return ConfigNode.section(location, entries);
    }

    /** A value that follows from what was written there. */
    static ConfigNode text(Location location, String text) {
        return ConfigNode.scalar(location, text, text, true);
    }
}
