package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.lxd.rest.LxdException;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.NetworkCard;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The network cards of an instance: the one in the network that machines share, and the others. */
final class Card {

    /** The name of the device in the shared network. */
    static final String DEVICE = "allocator-network";

    /** Its name in a container; not one that an image's own configuration is likely to be about. */
    private static final String INSIDE = "alloc0";

    private Card() {}

    /** The device of the machine that has a seat. */
    static Map<String, String> device(String bridge, Subnet subnet, int slot) {
        Map<String, String> device = new LinkedHashMap<>();
        device.put("type", "nic");
        device.put("network", bridge);
        device.put("name", INSIDE);
        device.put("hwaddr", subnet.hardware(slot));
        device.put("ipv4.address", subnet.machine(slot));
        return device;
    }

    /** The bridge that an instance has its card in, if it has one. */
    static Optional<String> bridge(JsonNode instance) {
        return text(instance, "network");
    }

    /** The hardware address of the card. */
    static Optional<String> hardware(JsonNode instance) {
        return text(instance, "hwaddr");
    }

    /** What is known of the card, if the instance has one. */
    static Optional<NetworkCard> read(JsonNode instance, String network) {
        return hardware(instance)
                .flatMap(mac -> text(instance, "ipv4.address")
                        .map(address -> new NetworkCard(network, mac, address, Subnet.PREFIX)));
    }

    private static Optional<String> text(JsonNode instance, String key) {
        return Optional.ofNullable(
                instance.path("devices").path(DEVICE).path(key).textValue());
    }

    /** The host's address on the bridge of an instance's first other card, if that is one of LXD's. */
    static Optional<String> hostAddress(JsonNode instance, Instances instances, Deadline deadline)
            throws LxdException, InterruptedException {
        for (Map.Entry<String, JsonNode> device :
                instance.path("expanded_devices").properties()) {
            JsonNode keys = device.getValue();
            if (!keys.path("type").asText().equals("nic") || device.getKey().equals(DEVICE)) {
                continue;
            }
            String network = keys.path("network").asText(keys.path("parent").asText());
            if (network.isEmpty()) {
                return Optional.empty();
            }
            return Instances.get(
                            instances.client(),
                            "/1.0/networks/" + Instances.encode(network) + instances.query(),
                            deadline)
                    .filter(found -> found.path("managed").asBoolean())
                    .map(found -> found.path("config").path("ipv4.address").asText())
                    .filter(cidr -> cidr.contains("/"))
                    .map(cidr -> cidr.substring(0, cidr.indexOf('/')));
        }
        return Optional.empty();
    }
}
