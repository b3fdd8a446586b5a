package dev.allocator.core.config;

import dev.allocator.ConfigurationException;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.ConfigNode.Kind;
import dev.allocator.spi.Location;
import dev.allocator.spi.Settings;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Setting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks a section against schemas. A key without a value ({@code key:} or {@code key: ~}) counts as missing. For one
 * thread.
 */
public final class SettingsReader {

    /**
     * The section to read.
     *
     * @param name what messages call it, such as {@code provider 'lxd-a'}
     * @param location where to report what is missing
     * @param node a section, or nothing for an empty one
     */
    public record Section(String name, Location location, ConfigNode node) {}

    private final Problems problems;
    private final boolean partial;

    /**
     * Reports to these problems.
     *
     * @param partial whether a key that must be there may be missing, as it is yet to come
     */
    public SettingsReader(Problems problems, boolean partial) {
        this.problems = problems;
        this.partial = partial;
    }

    /**
     * Reads a section by one schema.
     *
     * @throws ConfigurationException with everything that is wrong
     */
    public static CheckedSettings read(Section section, SettingsSchema schema) {
        Problems problems = new Problems();
        CheckedSettings settings = new SettingsReader(problems, false).read(section, Set.of(), List.of(schema));
        problems.throwIfAny();
        return settings;
    }

    /**
     * Reads a section; what is wrong is missing from the settings.
     *
     * @param elsewhere keys that somebody else reads
     * @param schemas the keys; the first schema that has a key describes it
     */
    public CheckedSettings read(Section section, Collection<String> elsewhere, List<SettingsSchema> schemas) {
        Map<String, Setting> known = new LinkedHashMap<>();
        schemas.forEach(schema -> schema.settings().forEach(s -> known.putIfAbsent(s.name(), s)));
        CheckedSettings settings = new CheckedSettings(section.name(), section.location(), known);
        ConfigNode node = section.node();
        if (node.kind() != Kind.SECTION && !node.isNull()) {
            problems.add(node.location(), section.name() + " must be a section of keys, not " + found(node));
            return settings;
        }
        Set<String> all = new LinkedHashSet<>(known.keySet());
        all.addAll(elsewhere);
        for (Entry entry : node.entries()) {
            Setting setting = known.get(entry.key());
            if (setting != null && !entry.value().isNull()) {
                readSetting(settings, setting, entry);
            } else if (setting == null && elsewhere.contains(entry.key())) {
                settings.locate(entry.key(), entry.value().location());
            } else if (setting == null) {
                problems.unknownKey(entry, section.name(), all);
            }
        }
        for (Setting setting : known.values()) {
            if (!partial
                    && setting.required()
                    && node.get(setting.name()).map(ConfigNode::isNull).orElse(true)) {
                problems.add(
                        section.location(),
                        section.name() + " needs '" + setting.name() + "': " + setting.description());
            }
        }
        return settings;
    }

    private void readSetting(CheckedSettings settings, Setting setting, Entry entry) {
        ConfigNode value = entry.value();
        switch (setting.kind()) {
            case LIST -> settings.put(setting.name(), list(setting, value), value.location());
            case MAP -> settings.put(setting.name(), map(setting, value), value.location());
            case MAPS -> settings.put(setting.name(), maps(setting, value), value.location());
            case SECTION ->
                settings.put(
                        setting.name(),
                        read(
                                new Section("'" + setting.name() + "'", entry.location(), value),
                                Set.of(),
                                List.of(setting.section().orElse(SettingsSchema.empty()))),
                        value.location());
            case SECTIONS -> settings.put(setting.name(), sections(setting, value), value.location());
            default ->
                ScalarReader.read(setting, value, problems)
                        .ifPresent(read -> settings.put(setting.name(), read, value.location()));
        }
    }

    private Map<String, Settings> sections(Setting setting, ConfigNode value) {
        Map<String, Settings> sections = new LinkedHashMap<>();
        if (value.kind() != Kind.SECTION) {
            problems.add(
                    value.location(),
                    "'" + setting.name() + "' must be a section of named sections, not " + found(value));
        }
        for (Entry entry : value.entries()) {
            sections.put(
                    entry.key(),
                    read(
                            new Section(
                                    "'" + setting.name() + "." + entry.key() + "'", entry.location(), entry.value()),
                            Set.of(),
                            List.of(setting.section().orElse(SettingsSchema.empty()))));
        }
        return sections;
    }

    private Map<String, Map<String, String>> maps(Setting setting, ConfigNode value) {
        Map<String, Map<String, String>> maps = new LinkedHashMap<>();
        if (value.kind() != Kind.SECTION) {
            problems.add(
                    value.location(), "'" + setting.name() + "' must be a section of sections, not " + found(value));
        }
        for (Entry entry : value.entries()) {
            maps.put(entry.key(), map(setting, entry.value()));
        }
        return maps;
    }

    private List<String> list(Setting setting, ConfigNode value) {
        List<String> texts = new ArrayList<>();
        if (value.kind() == Kind.SECTION) {
            problems.add(value.location(), "'" + setting.name() + "' must be a list of texts, not a section");
            return texts;
        }
        for (ConfigNode item : value.kind() == Kind.LIST ? value.items() : List.of(value)) {
            if (item.kind() != Kind.SCALAR || item.isNull()) {
                problems.add(
                        item.location(), "'" + setting.name() + "' must be a list of texts, but holds " + found(item));
            } else if (ScalarReader.allowed(setting, item, problems)) {
                texts.add(item.text());
            }
        }
        return texts;
    }

    private Map<String, String> map(Setting setting, ConfigNode value) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (value.kind() != Kind.SECTION) {
            problems.add(
                    value.location(),
                    "'" + setting.name() + "' must be a section of keys and texts, not " + found(value));
        }
        for (Entry entry : value.entries()) {
            ConfigNode text = entry.value();
            if (text.kind() != Kind.SCALAR) {
                problems.add(
                        text.location(),
                        Problems.quote(entry.key()) + " in '" + setting.name() + "' must be a text, not "
                                + found(text));
            } else if (ScalarReader.allowed(setting, text, problems)) {
                texts.put(entry.key(), text.isNull() ? "" : text.text());
            }
        }
        return texts;
    }

    /** What a node is, for a message. */
    public static String found(ConfigNode node) {
        return switch (node.kind()) {
            case SCALAR -> node.isNull() ? "nothing" : "a text";
            case LIST -> "a list";
            case SECTION -> "a section";
        };
    }
}
