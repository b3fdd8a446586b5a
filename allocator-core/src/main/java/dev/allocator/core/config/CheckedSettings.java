package dev.allocator.core.config;

import dev.allocator.DataSize;
import dev.allocator.Durations;
import dev.allocator.Secret;
import dev.allocator.spi.Location;
import dev.allocator.spi.Settings;
import dev.allocator.spi.SettingsSchema.Kind;
import dev.allocator.spi.SettingsSchema.Setting;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Settings that {@link SettingsReader} read. Unchanging and safe for several threads once it returned them. */
public final class CheckedSettings implements Settings {

    private final String name;
    private final Location location;
    private final Map<String, Setting> known;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, Location> locations = new HashMap<>();

    CheckedSettings(String name, Location location, Map<String, Setting> known) {
        this.name = name;
        this.location = location;
        this.known = Map.copyOf(known);
    }

    void put(String key, Object value, Location where) {
        values.put(key, value);
        locations.put(key, where);
    }

    /** Says where a key is that somebody else reads. */
    void locate(String key, Location where) {
        locations.put(key, where);
    }

    @Override
    public Optional<String> string(String name) {
        return Optional.ofNullable((String) value(name, Kind.STRING));
    }

    @Override
    public Optional<Secret> secret(String name) {
        return Optional.ofNullable((Secret) value(name, Kind.SECRET));
    }

    @Override
    public Optional<Boolean> bool(String name) {
        return Optional.ofNullable((Boolean) value(name, Kind.BOOLEAN));
    }

    @Override
    public Optional<Long> integer(String name) {
        return Optional.ofNullable((Long) value(name, Kind.INTEGER));
    }

    @Override
    public Optional<DataSize> size(String name) {
        return Optional.ofNullable((DataSize) value(name, Kind.SIZE));
    }

    @Override
    public Optional<Duration> duration(String name) {
        return Optional.ofNullable((Duration) value(name, Kind.DURATION));
    }

    @Override
    @SuppressWarnings("unchecked") // the reader puts nothing else where the schema says LIST
    public List<String> list(String name) {
        Object value = value(name, Kind.LIST);
        return value == null ? List.of() : Collections.unmodifiableList((List<String>) value);
    }

    @Override
    @SuppressWarnings("unchecked") // the reader puts nothing else where the schema says MAP
    public Map<String, String> map(String name) {
        Object value = value(name, Kind.MAP);
        return value == null ? Map.of() : Collections.unmodifiableMap((Map<String, String>) value);
    }

    @Override
    @SuppressWarnings("unchecked") // the reader puts nothing else where the schema says MAPS
    public Map<String, Map<String, String>> maps(String name) {
        Object value = value(name, Kind.MAPS);
        return value == null ? Map.of() : Collections.unmodifiableMap((Map<String, Map<String, String>>) value);
    }

    @Override
    public Optional<Settings> section(String name) {
        return Optional.ofNullable((Settings) value(name, Kind.SECTION));
    }

    @Override
    @SuppressWarnings("unchecked") // the reader puts nothing else where the schema says SECTIONS
    public Map<String, Settings> sections(String name) {
        Object value = value(name, Kind.SECTIONS);
        return value == null ? Map.of() : Collections.unmodifiableMap((Map<String, Settings>) value);
    }

    @Override
    public Location location(String key) {
        return locations.getOrDefault(key, location);
    }

    /** Everything but secrets: text, numbers, booleans, lists and maps, in the order in which it was written. */
    public Map<String, Object> withoutSecrets() {
        Map<String, Object> plain = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            if (value instanceof CheckedSettings section) {
                plain.put(key, section.withoutSecrets());
            } else if (Objects.requireNonNull(known.get(key)).kind() == Kind.SECTIONS) {
                Map<String, Object> all = new LinkedHashMap<>();
                sections(key).forEach((name, section) -> all.put(name, ((CheckedSettings) section).withoutSecrets()));
                plain.put(key, all);
            } else if (value instanceof Duration duration) {
                plain.put(key, Durations.format(duration));
            } else if (value instanceof DataSize size) {
                plain.put(key, size.toString());
            } else if (!(value instanceof Secret)) {
                plain.put(key, value);
            }
        });
        return Collections.unmodifiableMap(plain);
    }

    private @Nullable Object value(String key, Kind kind) {
        Setting setting = known.get(key);
        if (setting == null || setting.kind() != kind) {
            throw new IllegalArgumentException(
                    name + (setting == null ? " has no key '" + key + "'" : ": '" + key + "' is a " + setting.kind()));
        }
        return values.get(key);
    }

    /** The name and the keys, without the values. */
    @Override
    public String toString() {
        return name + " " + values.keySet();
    }
}
