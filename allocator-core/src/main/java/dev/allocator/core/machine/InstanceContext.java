package dev.allocator.core.machine;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.Location;
import dev.allocator.spi.Processes;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.Settings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.BiFunction;

/** What one provider instance is given. */
record InstanceContext(
        String instance,
        Settings settings,
        Processes processes,
        StateLayout layout,
        RealmId realm,
        InstantSource clock,
        Map<String, String> environment,
        BiFunction<String, Location, Path> paths)
        implements ProviderContext {

    @Override
    public Path directory(MachineId machine) {
        return StateLayout.create(directoryPath(machine));
    }

    @Override
    public Path directoryPath(MachineId machine) {
        return layout.machine(instance, machine);
    }

    @Override
    public Path directories() {
        return layout.machines(instance);
    }

    @Override
    public Path cacheDirectory() {
        return layout.cache();
    }

    @Override
    public Path resolve(String path, Location location) {
        return paths.apply(path, location);
    }
}
