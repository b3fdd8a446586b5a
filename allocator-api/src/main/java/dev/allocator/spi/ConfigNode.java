package dev.allocator.spi;

import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A piece of configuration that knows where it was written: text, a list, or a section of keys.
 *
 * <p>Scalars stay text until a field asks for a type, so that {@code 1.10} and {@code on} survive. Anchors, merge keys
 * and {@code ${…}} are resolved before anyone sees a node; {@link #source()} keeps what was written.
 */
@API(status = Status.MAINTAINED, since = "0.1")
public final class ConfigNode {

    /** The three kinds of node. */
    public enum Kind {
        /** One text. */
        SCALAR,
        /** Nodes in order. */
        LIST,
        /** Keys and nodes in order, each key once. */
        SECTION
    }

    /**
     * One key of a section.
     *
     * @param key the key
     * @param location where the key was written
     * @param value its value
     */
    public record Entry(String key, Location location, ConfigNode value) {}

    private final Kind kind;
    private final Location location;
    private final String text;
    private final String source;
    private final boolean quoted;
    private final List<ConfigNode> items;
    private final List<Entry> entries;

    private ConfigNode(
            Kind kind,
            Location location,
            String text,
            String source,
            boolean quoted,
            List<ConfigNode> items,
            List<Entry> entries) {
        this.kind = kind;
        this.location = location;
        this.text = text;
        this.source = source;
        this.quoted = quoted;
        this.items = List.copyOf(items);
        this.entries = List.copyOf(entries);
    }

    /** A text as it was written. */
    public static ConfigNode scalar(Location location, String text) {
        return new ConfigNode(Kind.SCALAR, location, text, text, false, List.of(), List.of());
    }

    /**
     * A text that differs from what was written, because of an interpolation or quotes.
     *
     * @param text what it means, which may be secret
     * @param source what was written, which messages may quote
     * @param quoted whether it was in quotes, so that an empty text or {@code ~} is not taken for nothing
     */
    public static ConfigNode scalar(Location location, String text, String source, boolean quoted) {
        return new ConfigNode(Kind.SCALAR, location, text, source, quoted, List.of(), List.of());
    }

    /** A list. */
    public static ConfigNode list(Location location, List<ConfigNode> items) {
        return new ConfigNode(Kind.LIST, location, "", "", false, items, List.of());
    }

    /** A section. */
    public static ConfigNode section(Location location, List<Entry> entries) {
        return new ConfigNode(Kind.SECTION, location, "", "", false, List.of(), entries);
    }

    /** Which kind it is. */
    public Kind kind() {
        return kind;
    }

    /** Where it starts. */
    public Location location() {
        return location;
    }

    /** The meaning of a scalar, else the empty text. May be secret: messages quote {@link #source()}. */
    public String text() {
        return text;
    }

    /** A scalar as it was written, with its {@code ${…}}; else the empty text. */
    public String source() {
        return source;
    }

    /** Whether it is an unquoted empty text, {@code ~} or {@code null}. */
    public boolean isNull() {
        return kind == Kind.SCALAR && !quoted && (text.isEmpty() || text.equals("~") || text.equals("null"));
    }

    /** The nodes of a list, else empty. */
    public List<ConfigNode> items() {
        return items;
    }

    /** The keys of a section, else empty. */
    public List<Entry> entries() {
        return entries;
    }

    /** The value of a section's key. */
    public Optional<ConfigNode> get(String key) {
        return entries.stream()
                .filter(entry -> entry.key().equals(key))
                .map(Entry::value)
                .findFirst();
    }

    /** The kind and place, without the text. */
    @Override
    public String toString() {
        return kind + " at " + location;
    }
}
