package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.MachineSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The one request that makes an instance with all that it needs, tags included (LXD's doc/rest-api.yaml). */
final class InstanceRequest {

    /** LXD's drive with cloud-init's data, for virtual machines without its agent. */
    static final String CLOUD_INIT_DRIVE = "cloud-init";

    private static final ObjectMapper JSON = new ObjectMapper();

    private InstanceRequest() {}

    /** The body of the request; secret if there is something to plant. */
    static ObjectNode of(Blueprint blueprint, MachineSpec spec, Optional<Bootstrap> bootstrap) {
        Map<String, String> config = new LinkedHashMap<>(blueprint.config());
        Map<String, Map<String, String>> devices = new LinkedHashMap<>(blueprint.devices());
        bootstrap.ifPresent(planted -> {
            config.put(blueprint.vendorDataKey(), VendorData.of(planted));
            if (blueprint.virtualMachine()) {
                devices.putIfAbsent(CLOUD_INIT_DRIVE, Map.of("type", "disk", "source", "cloud-init:config"));
            }
        });
        config.putAll(Tags.of(spec, blueprint.name()));
        // One of LXD's profiles may say otherwise, and the machine would stay for ever.
        config.put(Planner.PROTECTION, "false");
        ObjectNode request = JSON.createObjectNode();
        request.put("name", blueprint.name());
        request.put("type", blueprint.type());
        if (!blueprint.architecture().isEmpty()) {
            request.put("architecture", blueprint.architecture());
        }
        request.set("source", blueprint.image().source());
        request.set("config", JSON.valueToTree(config));
        request.set("devices", JSON.valueToTree(devices));
        request.set("profiles", JSON.valueToTree(blueprint.profiles()));
        // A machine that stops is gone by itself.
        request.put("ephemeral", true);
        return request;
    }

    /** The body of the request that makes a project which shares images and profiles with the default one. */
    static ObjectNode project(String name) {
        ObjectNode request = JSON.createObjectNode();
        request.put("name", name);
        request.put("description", "Machines of Allocator");
        request.putObject("config").put("features.images", "false").put("features.profiles", "false");
        return request;
    }

    /** The body of the request that takes the drive away again. */
    static ObjectNode withoutDrive() {
        ObjectNode request = JSON.createObjectNode();
        request.putObject("devices").putObject(CLOUD_INIT_DRIVE).put("type", "none");
        return request;
    }

    /** The body of the request that starts or stops an instance. */
    static ObjectNode action(String action, boolean force) {
        return JSON.createObjectNode().put("action", action).put("force", force).put("timeout", -1);
    }
}
