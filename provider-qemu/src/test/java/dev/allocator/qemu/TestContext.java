package dev.allocator.qemu;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.core.process.SessionProcesses;
import dev.allocator.spi.Location;
import dev.allocator.spi.Processes;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A realm and an instance in a folder. */
final class TestContext implements ProviderContext {

    private final Path root;
    private final RealmId realm;
    private final Map<String, Object> settings = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>(System.getenv());
    private InstantSource clock = InstantSource.system();

    TestContext(Path root) {
        this(root, new RealmId(UUID.randomUUID().toString()));
    }

    TestContext(Path root, RealmId realm) {
        this.root = root;
        this.realm = realm;
        environment.remove(AccelSetting.VARIABLE);
        settings.put(BootSlots.KEY, 64L); // the guests of tests never wake
    }

    TestContext setting(String name, Object value) {
        settings.put(name, value);
        return this;
    }

    TestContext path(String searchPath) {
        environment.put("PATH", searchPath);
        return this;
    }

    TestContext variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    TestContext at(Instant now) {
        clock = InstantSource.fixed(now);
        return this;
    }

    Path root() {
        return root;
    }

    @Override
    public String instance() {
        return "qemu";
    }

    @Override
    public Settings settings() {
        return new TestSettings(settings);
    }

    @Override
    public Processes processes() {
        return new SessionProcesses(realm, environment);
    }

    @Override
    public Path directory(MachineId machine) {
        try {
            return Files.createDirectories(directoryPath(machine));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Path directoryPath(MachineId machine) {
        return directories().resolve(machine.value());
    }

    @Override
    public Path directories() {
        return root.resolve("machines/qemu");
    }

    @Override
    public Path log(MachineId machine, String name) {
        return directory(machine).resolve(name);
    }

    @Override
    public Path cacheDirectory() {
        return root.resolve("cache");
    }

    @Override
    public RealmId realm() {
        return realm;
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public Path resolve(String path, Location location) {
        return path.startsWith("~/") ? root.resolve("home").resolve(path.substring(2)) : root.resolve(path);
    }
}
