package dev.allocator.spi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The keys that a piece of configuration may have. It feeds the reading itself, {@code check}, suggestions for
 * misspelt keys and the marking of secrets. Each method that adds something returns a new schema.
 *
 * <pre>{@code
 * SettingsSchema.empty()
 *         .optional("accel", Kind.STRING, "kvm, tcg, or auto to find out").values("auto", "kvm", "tcg")
 *         .optional("binary", Kind.STRING, "the QEMU to run");
 * }</pre>
 */
@API(status = Status.MAINTAINED, since = "0.1")
public final class SettingsSchema {

    /** What a value must look like. */
    public enum Kind {
        /** Any text. */
        STRING,
        /** A text that no message, log or record may show. */
        SECRET,
        /** {@code true}, {@code false}, {@code yes}, {@code no}, {@code on} or {@code off}. */
        BOOLEAN,
        /** A whole number. */
        INTEGER,
        /** As {@link dev.allocator.DataSize#parse} reads it. */
        SIZE,
        /** As {@link dev.allocator.Durations#parse} reads it. */
        DURATION,
        /** Texts; a single one may be written without a list. */
        LIST,
        /** Keys of any name with a text each. */
        MAP,
        /** Keys of any name with a {@link #MAP} each. */
        MAPS,
        /** Keys that a schema of its own describes. */
        SECTION,
        /** Keys of any name with a section each, which a schema of its own describes. */
        SECTIONS
    }

    /**
     * One key.
     *
     * @param name the key
     * @param kind what its value must look like
     * @param required whether it must be there
     * @param description one line for people
     * @param values the only texts allowed, or empty for any
     * @param section the keys of a {@link Kind#SECTION}, or of each of {@link Kind#SECTIONS}
     */
    public record Setting(
            String name,
            Kind kind,
            boolean required,
            String description,
            List<String> values,
            Optional<SettingsSchema> section) {
        /** Copies the values. */
        public Setting {
            values = List.copyOf(values);
        }
    }

    private static final SettingsSchema EMPTY = new SettingsSchema(Map.of());

    private final Map<String, Setting> settings;

    private SettingsSchema(Map<String, Setting> settings) {
        this.settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /** No keys. */
    public static SettingsSchema empty() {
        return EMPTY;
    }

    /** Adds a key that must be there. */
    public SettingsSchema required(String name, Kind kind, String description) {
        return with(new Setting(name, kind, true, description, List.of(), Optional.empty()));
    }

    /** Adds a key that may be there. */
    public SettingsSchema optional(String name, Kind kind, String description) {
        return with(new Setting(name, kind, false, description, List.of(), Optional.empty()));
    }

    /** Adds a key that may be there and has keys of its own. */
    public SettingsSchema optionalSection(String name, SettingsSchema section, String description) {
        return with(new Setting(name, Kind.SECTION, false, description, List.of(), Optional.of(section)));
    }

    /** Adds a key that must be there and holds sections of any name. */
    public SettingsSchema requiredSections(String name, SettingsSchema section, String description) {
        return with(new Setting(name, Kind.SECTIONS, true, description, List.of(), Optional.of(section)));
    }

    /** Adds a key that may be there and holds sections of any name. */
    public SettingsSchema optionalSections(String name, SettingsSchema section, String description) {
        return with(new Setting(name, Kind.SECTIONS, false, description, List.of(), Optional.of(section)));
    }

    /**
     * Restricts the key added last to some texts.
     *
     * @throws IllegalStateException if there is no key yet
     */
    public SettingsSchema values(String... values) {
        if (settings.isEmpty()) {
            throw new IllegalStateException("add a key first");
        }
        Setting last = new ArrayList<>(settings.values()).get(settings.size() - 1);
        return with(new Setting(
                last.name(), last.kind(), last.required(), last.description(), List.of(values), last.section()));
    }

    /** All keys, in the order in which they were added. */
    public List<Setting> settings() {
        return List.copyOf(settings.values());
    }

    /** The key of that name. */
    public Optional<Setting> setting(String name) {
        return Optional.ofNullable(settings.get(name));
    }

    private SettingsSchema with(Setting setting) {
        Map<String, Setting> copy = new LinkedHashMap<>(settings);
        copy.put(setting.name(), setting);
        return new SettingsSchema(copy);
    }
}
