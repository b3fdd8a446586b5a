package dev.allocator.qemu;

import dev.allocator.RealmId;
import dev.allocator.spi.Claim;
import dev.allocator.spi.NetworkCard;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * A network of machines and one machine's card in it: all send to a multicast group on the host's loopback interface,
 * which needs no privileges and no process that has to live (qemu-system(1), {@code -netdev socket,mcast=…}). Group, port
 * and addresses follow from the network's identity, so that nobody has to agree on them.
 *
 * @param group the group's address
 * @param port its UDP port, below those that the kernel gives away
 * @param card the machine's card
 */
record Lan(String group, int port, NetworkCard card) {

    private static final int LOWEST_PORT = 16_384;
    private static final int PORTS = 16_384;

    /** The first addresses are where people expect routers. */
    private static final int FIRST_ADDRESS = 10;

    private static final int PREFIX = 24;

    /** The card of whoever has that seat; the same seat has always the same, so that neighbours may remember it. */
    static Lan of(RealmId realm, String instance, Claim seat) {
        byte[] hash = hash(realm.value(), instance, seat.place());
        // 10.0/16 is left to QEMU's user network and to what guests make for themselves.
        String subnet = "10." + (1 + at(hash, 0) % 255) + "." + at(hash, 1);
        NetworkCard card = new NetworkCard(
                seat.place(),
                String.format("52:54:4e:%02x:%02x:%02x", at(hash, 2), at(hash, 3), seat.slot()),
                subnet + "." + (FIRST_ADDRESS + seat.slot()),
                PREFIX);
        return new Lan(
                "239." + at(hash, 4) + "." + at(hash, 5) + "." + at(hash, 6),
                LOWEST_PORT + (at(hash, 7) << 8 | at(hash, 8)) % PORTS,
                card);
    }

    /** Devices come last, so that those before keep the names that the guest gives them by their places. */
    List<String> arguments() {
        return List.of(
                "-netdev",
                "socket,id=lan,mcast=" + group + ":" + port + ",localaddr=127.0.0.1",
                "-device",
                "virtio-net-pci,netdev=lan,romfile=,mac=" + card.mac());
    }

    private static int at(byte[] hash, int index) {
        return hash[index] & 0xff;
    }

    private static byte[] hash(String... identity) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\0", identity).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
