package dev.allocator.core.machine;

import dev.allocator.LeaseId;
import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.StoreException;
import dev.allocator.spi.Location;
import dev.allocator.spi.Processes;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one provider instance is given. */
record InstanceContext(
        String instance,
        Settings settings,
        Processes processes,
        StateLayout layout,
        RealmId realm,
        InstantSource clock,
        Map<String, String> environment,
        BiFunction<String, Location, Path> paths,
        Predicate<MachineId> wanted,
        Function<MachineId, Optional<LeaseId>> leaseOf)
        implements ProviderContext {

    private static final Logger LOG = LoggerFactory.getLogger(InstanceContext.class);

    /**
     * Looks at the record only after the folder is there: whoever ends the lease later finds the folder, and with it
     * all that its provider needs to know; whoever has ended it before is seen here.
     */
    @Override
    public Path directory(MachineId machine) {
        Path folder = directoryPath(machine);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        StateLayout.create(folder);
        if (!wanted.test(machine)) {
            try {
                StateLayout.delete(folder);
            } catch (IOException e) {
                LOG.warn("cannot remove {}: {}", folder, e.toString());
            }
            throw new StoreException("machine " + machine + " gets no folder: its lease is over", null);
        }
        return folder;
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
    public Path log(MachineId machine, String name) {
        return leaseOf.apply(machine)
                .map(lease -> Evidence.of(layout, lease).file(name))
                .orElseGet(() -> StateLayout.create(directoryPath(machine)).resolve(name));
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
