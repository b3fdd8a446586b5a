package dev.allocator.core.lease;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.MachineId;
import dev.allocator.StoreException;
import dev.allocator.core.machine.SettingsJson;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Location;
import dev.allocator.spi.Store;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The settings of the provider that makes a machine, if some are secret: kept apart from the machine's record, so that
 * a process without the configuration can destroy it.
 */
public final class MachineSecrets {

    private static final String PREFIX = "machine-";

    private MachineSecrets() {}

    /**
     * Makes them durable; before the machine's record.
     *
     * @param settings all of the provider's settings
     * @param owner who writes them: it alone knows whether a record is to come
     */
    public static void save(Store store, MachineId machine, ConfigNode settings, OwnerId owner) {
        ObjectNode tree = JsonRecord.emptyTree();
        owner.write(tree.putObject("owner"));
        tree.set("settings", SettingsJson.write(settings));
        store.putBlob(PREFIX + machine, tree.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The settings for a machine, if some are secret. */
    static Optional<ConfigNode> load(Store store, MachineId machine, Location location) {
        return read(store, machine).map(tree -> SettingsJson.readSecret(tree.path("settings"), location));
    }

    /** Who wrote those for a machine; empty if there are none, or that cannot be read. */
    static Optional<OwnerId> owner(Store store, MachineId machine) {
        try {
            return read(store, machine).map(tree -> OwnerId.read(tree.withObject("owner")));
        } catch (StoreException e) {
            return Optional.empty();
        }
    }

    private static Optional<ObjectNode> read(Store store, MachineId machine) {
        return store.getBlob(PREFIX + machine)
                .map(blob -> JsonRecord.parse(
                        new String(blob, StandardCharsets.UTF_8), "the provider's secrets for machine " + machine));
    }

    /** Deletes them, if there are any; after the machine's record. */
    public static void delete(Store store, MachineId machine) {
        if (store.getBlob(PREFIX + machine).isPresent()) {
            store.deleteBlob(PREFIX + machine);
        }
    }

    /** The machines that have some. */
    static List<MachineId> all(Store store) {
        return store.blobs().stream()
                .filter(name -> name.startsWith(PREFIX))
                .map(name -> new MachineId(name.substring(PREFIX.length())))
                .toList();
    }
}
