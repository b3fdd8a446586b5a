package dev.allocator.spi;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A machine's card in a network that it shares with others. The engine gives the card its address inside the machine,
 * unless the provider has.
 *
 * @param network the network's name, as in {@link MachineSpec#network()}
 * @param mac the card's hardware address, such as {@code 52:54:00:12:34:56}, lower case
 * @param address its IPv4 address, which no other machine of the network has
 * @param prefix how many bits of the address say the network, 8 to 30
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record NetworkCard(String network, String mac, String address, int prefix) {}
