package dev.allocator.lxd.machine;

import dev.allocator.lxd.image.Image;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What LXD will be told to make, but for the tags and what is planted.
 *
 * @param name the instance's name
 * @param type {@code container} or {@code virtual-machine}
 * @param architecture as LXD calls it, empty for its own
 * @param image what it is made of
 * @param config configuration keys
 * @param devices devices beside those of the profiles
 * @param profiles LXD's profiles
 * @param cloudInitPrefix what keys that cloud-init reads start with
 */
record Blueprint(
        String name,
        String type,
        String architecture,
        Image image,
        Map<String, String> config,
        Map<String, Map<String, String>> devices,
        List<String> profiles,
        String cloudInitPrefix) {

    static final String CONTAINER = "container";
    static final String VIRTUAL_MACHINE = "virtual-machine";

    Blueprint with(String device, Map<String, String> keys) {
        Map<String, Map<String, String>> more = new LinkedHashMap<>(devices);
        more.put(device, keys);
        return new Blueprint(name, type, architecture, image, config, more, profiles, cloudInitPrefix);
    }

    boolean virtualMachine() {
        return type.equals(VIRTUAL_MACHINE);
    }

    /** What people call it. */
    String kind() {
        return virtualMachine() ? "virtual machine" : "container";
    }

    String vendorDataKey() {
        return cloudInitPrefix + "vendor-data";
    }
}
