package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.MachineId;
import dev.allocator.lxd.rest.LxdException;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineRef;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A machine's instance: which one it is follows from the machine's id and its profile's name alone.
 *
 * @param instances where it is
 * @param name its name there
 */
record InstanceRef(Instances instances, String name) {

    static final String SOCKET = "socket";
    static final String PROJECT = "project";
    static final String NAME = "instance";

    /** LXD's limit, which is that of a host name (its shared/validate, {@code IsHostname}). */
    private static final int MOST = 63;

    private static final int OF_ID = 8;

    /** Letters, digits and hyphens, a letter first, as LXD demands. */
    static String name(String profile, MachineId machine) {
        String words = profile.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String start = words.matches("[a-z].*") ? words : "m-" + words;
        String cut = start.substring(0, Math.min(start.length(), MOST - OF_ID - 1));
        return cut.replaceAll("-+$", "") + "-" + machine.value().substring(0, OF_ID);
    }

    /**
     * Says all that is needed to find the machine again, also by a process whose settings or environment lead to another
     * LXD: that one's "not found" would be no proof of the machine's end.
     */
    static MachineRef ref(String provider, MachineId machine, Instances instances, String name) {
        return new MachineRef(
                provider,
                machine,
                Map.of(SOCKET, instances.socket().toString(), PROJECT, instances.project(), NAME, name));
    }

    /**
     * What a ref means: where it does not say which LXD or project, the configured ones; if it names no instance, the
     * one that is tagged with the machine.
     */
    static Optional<InstanceRef> of(MachineRef ref, Instances configured, Deadline deadline)
            throws LxdException, InterruptedException {
        Instances instances = configured.elsewhere(
                Path.of(ref.data().getOrDefault(SOCKET, configured.socket().toString())),
                ref.data().getOrDefault(PROJECT, configured.project()));
        String name = ref.data().get(NAME);
        if (name != null) {
            return Optional.of(new InstanceRef(instances, name));
        }
        for (JsonNode instance : instances.all(deadline)) {
            if (Tags.belongsTo(instance, ref.machine())) {
                return Optional.of(
                        new InstanceRef(instances, instance.path("name").asText()));
            }
        }
        return Optional.empty();
    }

    /** A machine's instance; empty if it is gone, also where a stranger's has its name now. */
    static Optional<InstanceRef> existing(MachineRef ref, Instances configured, Deadline deadline)
            throws LxdException, InterruptedException {
        Optional<InstanceRef> known = of(ref, configured, deadline);
        if (known.isEmpty()) {
            return Optional.empty();
        }
        InstanceRef instance = known.get();
        return instance.find(deadline)
                .filter(found -> Tags.belongsTo(found, ref.machine()))
                .map(found -> instance);
    }

    Optional<JsonNode> find(Deadline deadline) throws LxdException, InterruptedException {
        return instances.find(name, deadline);
    }

    Optional<JsonNode> operation(Deadline deadline) throws LxdException, InterruptedException {
        return instances.operation(name, deadline);
    }

    String path() {
        return instances.path(name);
    }

    String path(String below) {
        return instances.path(name, below);
    }

    @Override
    public String toString() {
        return "instance " + name + " in LXD's project " + instances.project();
    }
}
