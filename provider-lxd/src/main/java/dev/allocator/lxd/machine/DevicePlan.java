package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.lxd.rest.LxdClient;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides about disks and networks. For one machine. */
final class DevicePlan {

    private final LxdClient client;
    private final String query;
    private final Deadline deadline;

    /** @param query names the project whose profiles and networks count */
    DevicePlan(LxdClient client, String query, Deadline deadline) {
        this.client = client;
        this.query = query;
        this.deadline = deadline;
    }

    /**
     * The devices beside those of LXD's profiles.
     *
     * @param alone whether nobody needs to reach the machine over a network
     */
    Map<String, Map<String, String>> devices(MachineSpec spec, List<String> profiles, boolean alone)
            throws ProviderException, InterruptedException {
        Map<String, Map<String, String>> own =
                new LinkedHashMap<>(spec.settings().maps("devices"));
        Devices given;
        try {
            given = Devices.ofProfiles(client, profiles, query, deadline).with(own);
        } catch (Devices.MissingProfile e) {
            throw new ProviderException(spec.settings().location("profiles") + ": " + e.getMessage(), e);
        }
        addRootDisk(spec, profiles, given, own);
        addNetwork(spec.settings(), given, own);
        if (!alone && given.with(own).networkInterface().isEmpty()) {
            throw new ProviderException(spec.location() + ": there is no network interface in LXD's " + names(profiles)
                    + ": run 'lxd init', or set 'lxd-network'");
        }
        return own;
    }

    private static String names(List<String> profiles) {
        return (profiles.size() == 1 ? "profile " : "profiles ") + String.join(", ", profiles);
    }

    private void addRootDisk(
            MachineSpec spec, List<String> profiles, Devices given, Map<String, Map<String, String>> own)
            throws ProviderException, InterruptedException {
        Optional<String> pool = spec.settings().string("pool");
        String name = given.rootDisk().orElse("root");
        Map<String, String> disk = new LinkedHashMap<>(given.device(name));
        disk.put("type", "disk");
        disk.put("path", "/");
        pool.ifPresent(chosen -> disk.put("pool", chosen));
        spec.profile().disk().ifPresent(size -> disk.put("size", size.toString()));
        String used = disk.get("pool");
        if (used == null) {
            throw new ProviderException(spec.location() + ": there is no root disk in LXD's " + names(profiles)
                    + ": run 'lxd init', or set 'pool'");
        }
        if (Instances.get(client, "/1.0/storage-pools/" + Instances.encode(used), deadline)
                .isEmpty()) {
            throw new ProviderException(spec.settings().location("pool") + ": LXD has no storage pool '" + used + "'");
        }
        if (!disk.equals(given.device(name))) {
            own.put(name, disk);
        }
    }

    private void addNetwork(Settings settings, Devices given, Map<String, Map<String, String>> own)
            throws ProviderException, InterruptedException {
        Optional<String> chosen = settings.string("lxd-network");
        if (chosen.isEmpty()) {
            return;
        }
        String network = chosen.get();
        JsonNode found = Instances.get(client, "/1.0/networks/" + Instances.encode(network) + query, deadline)
                .orElseThrow(() -> new ProviderException(
                        settings.location("lxd-network") + ": LXD has no network '" + network + "'"));
        String name = given.networkInterface().orElse("eth0");
        String inside = given.device(name).getOrDefault("name", name);
        if (found.path("managed").asBoolean()) {
            own.put(name, Map.of("type", "nic", "name", inside, "network", network));
        } else if (found.path("type").asText().equals("bridge")) {
            own.put(name, Map.of("type", "nic", "name", inside, "nictype", "bridged", "parent", network));
        } else {
            throw new ProviderException(settings.location("lxd-network") + ": network '" + network
                    + "' is neither LXD's nor a bridge: give the machine a device of type nic under 'devices'");
        }
    }
}
