package dev.allocator.testkit;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.Location;
import dev.allocator.spi.Processes;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.Settings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/** A provider's context that does all that another one does; subclasses do some of it otherwise. As safe as that one. */
public class ForwardingContext implements ProviderContext {

    private final ProviderContext given;

    /** Forwards to the context that a provider was given. */
    public ForwardingContext(ProviderContext given) {
        this.given = given;
    }

    @Override
    public String instance() {
        return given.instance();
    }

    @Override
    public Settings settings() {
        return given.settings();
    }

    @Override
    public Processes processes() {
        return given.processes();
    }

    @Override
    public Path directory(MachineId machine) {
        return given.directory(machine);
    }

    @Override
    public Path directoryPath(MachineId machine) {
        return given.directoryPath(machine);
    }

    @Override
    public Path directories() {
        return given.directories();
    }

    @Override
    public Path log(MachineId machine, String name) {
        return given.log(machine, name);
    }

    @Override
    public Path cacheDirectory() {
        return given.cacheDirectory();
    }

    @Override
    public RealmId realm() {
        return given.realm();
    }

    @Override
    public InstantSource clock() {
        return given.clock();
    }

    @Override
    public Map<String, String> environment() {
        return given.environment();
    }

    @Override
    public Path resolve(String path, Location location) {
        return given.resolve(path, location);
    }
}
