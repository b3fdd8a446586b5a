package dev.allocator.testkit.engine;

import dev.allocator.DataSize;
import dev.allocator.Secret;
import dev.allocator.spi.Location;
import dev.allocator.spi.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings of which none is set. */
final class NoSettings implements Settings {
    @Override
    public Optional<String> string(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<Secret> secret(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<Boolean> bool(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<Long> integer(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<DataSize> size(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<Duration> duration(String name) {
        return Optional.empty();
    }

    @Override
    public List<String> list(String name) {
        return List.of();
    }

    @Override
    public Map<String, String> map(String name) {
        return Map.of();
    }

    @Override
    public Optional<Settings> section(String name) {
        return Optional.empty();
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
        return new Location("test", 0, 0);
    }
}
