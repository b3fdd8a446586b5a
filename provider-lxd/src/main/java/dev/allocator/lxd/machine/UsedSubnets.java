package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.lxd.rest.LxdClient;
import dev.allocator.lxd.rest.LxdException;
import dev.allocator.spi.Deadline;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/**
 * Addresses that a new bridge must not have: those of LXD's networks and of this host's interfaces.
 *
 * @param cidrs such as {@code 10.77.0.1/24}, and what is none
 */
record UsedSubnets(List<String> cidrs) {

    static UsedSubnets of(LxdClient client, Deadline deadline) throws LxdException, InterruptedException {
        List<String> cidrs = new ArrayList<>();
        for (JsonNode network : client.get("/1.0/networks?recursion=1&project=default", deadline)) {
            cidrs.add(network.path("config").path("ipv4.address").asText());
        }
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(network -> network.getInterfaceAddresses().stream())
                    .map(UsedSubnets::cidr)
                    .forEach(cidrs::add);
        } catch (SocketException e) {
            throw new IllegalStateException("this host does not show its network interfaces", e);
        }
        return new UsedSubnets(cidrs);
    }

    private static String cidr(InterfaceAddress address) {
        return address.getAddress().getHostAddress() + "/" + address.getNetworkPrefixLength();
    }

    boolean overlap(Subnet subnet) {
        return cidrs.stream().anyMatch(subnet::overlaps);
    }
}
