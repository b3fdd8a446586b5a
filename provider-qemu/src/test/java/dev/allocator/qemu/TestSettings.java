package dev.allocator.qemu;

import dev.allocator.DataSize;
import dev.allocator.Secret;
import dev.allocator.spi.Location;
import dev.allocator.spi.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings out of a map of texts and lists. */
record TestSettings(Map<String, Object> values) implements Settings {

    static final Location LOCATION = new Location("allocator.yaml", 3, 5);

    @Override
    public Optional<String> string(String name) {
        return Optional.ofNullable((String) values.get(name));
    }

    @Override
    public List<String> list(String name) {
        return values.get(name) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    @Override
    public Map<String, Map<String, String>> maps(String name) {
        return Map.of();
    }

    @Override
    public Map<String, Settings> sections(String name) {
        return Map.of();
    }

    @Override
    public Location location(String name) {
        return LOCATION;
    }

    @Override
    public Optional<Secret> secret(String name) {
        throw new IllegalArgumentException(name);
    }

    @Override
    public Optional<Boolean> bool(String name) {
        throw new IllegalArgumentException(name);
    }

    @Override
    public Optional<Long> integer(String name) {
        return Optional.ofNullable((Long) values.get(name));
    }

    @Override
    public Optional<DataSize> size(String name) {
        return Optional.ofNullable((DataSize) values.get(name));
    }

    @Override
    public Optional<Duration> duration(String name) {
        throw new IllegalArgumentException(name);
    }

    @Override
    public Map<String, String> map(String name) {
        Map<String, String> map = new HashMap<>();
        if (values.get(name) instanceof Map<?, ?> given) {
            given.forEach((key, value) -> map.put(String.valueOf(key), String.valueOf(value)));
        }
        return map;
    }

    @Override
    public Optional<Settings> section(String name) {
        throw new IllegalArgumentException(name);
    }
}
