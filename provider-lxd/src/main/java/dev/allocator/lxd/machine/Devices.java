package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.lxd.rest.LxdClient;
import dev.allocator.lxd.rest.LxdException;
import dev.allocator.spi.Deadline;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Devices by name, each with LXD's keys, as LXD's profiles define them and an instance adds or replaces them.
 *
 * @param byName sorted by name
 */
public record Devices(Map<String, Map<String, String>> byName) {

    /** Copies the map. */
    public Devices {
        byName = Collections.unmodifiableMap(new TreeMap<>(byName));
    }

    /**
     * Those of profiles, the later ones first.
     *
     * @throws MissingProfile if there is no such profile
     */
    public static Devices ofProfiles(LxdClient client, List<String> profiles, String query, Deadline deadline)
            throws LxdException, MissingProfile, InterruptedException {
        Map<String, Map<String, String>> all = new TreeMap<>();
        for (String profile : profiles) {
            JsonNode found = Instances.get(client, "/1.0/profiles/" + Instances.encode(profile) + query, deadline)
                    .orElseThrow(() -> new MissingProfile(profile));
            found.path("devices").properties().forEach(device -> {
                Map<String, String> keys = new LinkedHashMap<>();
                device.getValue()
                        .properties()
                        .forEach(key -> keys.put(key.getKey(), key.getValue().asText()));
                all.put(device.getKey(), keys);
            });
        }
        return new Devices(all);
    }

    Devices with(Map<String, Map<String, String>> more) {
        Map<String, Map<String, String>> all = new TreeMap<>(byName);
        all.putAll(more);
        return new Devices(all);
    }

    /** The name of the root disk. */
    public Optional<String> rootDisk() {
        return byName.entrySet().stream()
                .filter(device -> "disk".equals(device.getValue().get("type"))
                        && "/".equals(device.getValue().get("path")))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The name of the first network interface. */
    public Optional<String> networkInterface() {
        return byName.entrySet().stream()
                .filter(device -> "nic".equals(device.getValue().get("type")))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    Map<String, String> device(String name) {
        return byName.getOrDefault(name, Map.of());
    }

    /** LXD has no profile of that name. */
    public static final class MissingProfile extends Exception {
        private static final long serialVersionUID = 1L;

        MissingProfile(String name) {
            super("LXD has no profile '" + name + "'");
        }
    }
}
