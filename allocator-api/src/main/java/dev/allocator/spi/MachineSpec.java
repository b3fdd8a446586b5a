package dev.allocator.spi;

import dev.allocator.MachineId;
import dev.allocator.Profile;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What machine to make. Holds no secrets that are not in the profile itself.
 *
 * @param id the machine's id, from which all names outside derive
 * @param profile what to make
 * @param settings the profile's keys for this provider, checked against {@link ProviderFactory#profileSettings()}
 * @param location where the profile was written
 * @param network the network to join
 * @param hostName the guest's name for itself
 * @param needsBootstrap whether the engine has to plant a key, as the image accepts no log-in known before
 * @param tags what to tag it with
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record MachineSpec(
        MachineId id,
        Profile profile,
        Settings settings,
        Location location,
        Optional<String> network,
        String hostName,
        boolean needsBootstrap,
        MachineTags tags) {}
