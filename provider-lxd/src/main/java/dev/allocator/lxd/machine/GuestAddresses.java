package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.HostAndPort;
import dev.allocator.spi.Located;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The addresses of a guest that others can reach, as {@code /1.0/instances/NAME/state} shows its interfaces. Bridges and
 * the like that the guest made itself do not count.
 *
 * @param ipv4 those of version 4
 * @param ipv6 those of version 6
 */
record GuestAddresses(List<String> ipv4, List<String> ipv6) {

    private static final int SSH = 22;

    /**
     * Reads them.
     *
     * @param network the field {@code network} of the state
     * @param hardware the hardware addresses of the interfaces that LXD made
     * @param card the hardware address of the card in a network of machines, which is not for others
     */
    static GuestAddresses of(JsonNode network, Set<String> hardware, Optional<String> card) {
        Map<String, JsonNode> all = new TreeMap<>();
        Map<String, JsonNode> made = new TreeMap<>();
        network.properties().forEach(nic -> {
            String address = nic.getValue().path("hwaddr").asText();
            if (!nic.getKey().equals("lo") && !card.equals(Optional.of(address))) {
                all.put(nic.getKey(), nic.getValue());
                if (!nic.getValue().path("host_name").asText().isEmpty() || hardware.contains(address)) {
                    made.put(nic.getKey(), nic.getValue());
                }
            }
        });
        List<String> ipv4 = new ArrayList<>();
        List<String> ipv6 = new ArrayList<>();
        for (JsonNode nic : (made.isEmpty() ? all : made).values()) {
            for (JsonNode address : nic.path("addresses")) {
                if (address.path("scope").asText().equals("global")) {
                    (address.path("family").asText().equals("inet6") ? ipv6 : ipv4)
                            .add(address.path("address").asText());
                }
            }
        }
        return new GuestAddresses(ipv4, ipv6);
    }

    /**
     * Where its SSH server is.
     *
     * @param six whether an address of version 6 is good enough
     */
    Optional<Located> located(boolean six) {
        if (ipv4.isEmpty() && (!six || ipv6.isEmpty())) {
            return Optional.empty();
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        if (!ipv4.isEmpty()) {
            attributes.put("ipv4", String.join(",", ipv4));
        }
        if (!ipv6.isEmpty()) {
            attributes.put("ipv6", String.join(",", ipv6));
        }
        String host = ipv4.isEmpty() ? ipv6.get(0) : ipv4.get(0);
        return Optional.of(new Located(new HostAndPort(host, SSH), attributes));
    }

    boolean onlySix() {
        return ipv4.isEmpty() && !ipv6.isEmpty();
    }
}
