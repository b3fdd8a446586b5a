package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.RealmId;
import dev.allocator.lxd.rest.LxdClient;
import dev.allocator.lxd.rest.LxdException;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The bridges of LXD's that are the networks of machines: one for each realm, provider instance and name. Whoever needs
 * one makes it, whoever goes last removes it; both may happen at the same time in any process, so who joins looks again.
 * They are in LXD's project default, for a project of instances has no networks of its own (LXD's docs, "Projects":
 * {@code features.networks}). Bridges without our tags are never changed.
 */
final class Bridges {

    /** The key of a ref's data with the bridge's name. */
    static final String REF = "network";

    private static final String QUERY = Instances.query("default");
    private static final String REALM = Tags.PREFIX + "realm";
    private static final String NETWORK = Tags.PREFIX + "network";

    /** Of Linux's 15 characters for an interface. */
    private static final int DIGITS = 9;

    private static final int MOST_SUBNETS = 32;
    private static final long PAUSE_MILLIS = 50;

    private final LxdClient client;

    Bridges(LxdClient client) {
        this.client = client;
    }

    /** The name of a network's bridge. */
    static String name(RealmId realm, String provider, String network) {
        return "alloc-"
                + HexFormat.of().formatHex(hash(realm, provider, network)).substring(0, DIGITS);
    }

    private static byte[] hash(RealmId realm, String provider, String network) {
        try {
            String text = realm.value() + "\n" + provider + "\n" + network;
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether LXD refused because a network is not there, as one that was just removed. */
    static boolean isMissing(Exception e) {
        return String.valueOf(e.getMessage()).contains("etwork not found");
    }

    /** The addresses of the bridge of the machine's network, which is made if it is not there. */
    Subnet have(MachineSpec spec, String provider, CreateContext create)
            throws ProviderException, InterruptedException {
        String network = spec.network().orElseThrow();
        RealmId realm = spec.tags().realm();
        String name = name(realm, provider, network);
        while (true) {
            Optional<JsonNode> found = find(name, create.deadline());
            if (found.isEmpty()) {
                create.progress("making LXD's network " + name + " for the network '" + network + "'");
                make(name, hash(realm, provider, network), spec, create);
                continue;
            }
            requireOurs(name, found.get(), spec);
            if (!found.get().path("status").asText().equals("Pending")) {
                return Subnet.read(
                        found.get().path("config").path("ipv4.address").asText(), name);
            }
            if (create.deadline().expired()) {
                throw new ProviderException(
                        ProviderException.Kind.RETRYABLE, "LXD did not finish its network " + name, null);
            }
            new CountDownLatch(1).await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private static void requireOurs(String name, JsonNode found, MachineSpec spec) throws ProviderException {
        JsonNode config = found.path("config");
        if (!config.path(REALM).asText().equals(spec.tags().realm().value())
                || !config.path(NETWORK).asText().equals(spec.network().orElseThrow())) {
            throw new ProviderException(
                    spec.location() + ": network '" + spec.network().get() + "' needs LXD's network " + name
                            + ", which is somebody else's: choose another name");
        }
    }

    /** Makes it, or finds that somebody else did. */
    private void make(String name, byte[] hash, MachineSpec spec, CreateContext create)
            throws ProviderException, InterruptedException {
        UsedSubnets used = UsedSubnets.of(client, create.deadline());
        String refusal = "all addresses that were tried are in use";
        for (int i = 0; i < MOST_SUBNETS; i++) {
            Subnet subnet = Subnet.of((hash[i] << 8) + hash[(i + 1) % hash.length]);
            if (used.overlap(subnet)) {
                continue;
            }
            try {
                client.send(
                        "POST",
                        "/1.0/networks" + QUERY,
                        request(name, subnet, spec),
                        create.deadline(),
                        create::progress);
                return;
            } catch (LxdException e) {
                if (e.isUnknown()) {
                    throw e;
                }
                if (find(name, create.deadline()).isPresent()) {
                    return;
                }
                refusal = String.valueOf(e.getMessage());
                if (!refusal.contains("in use")) {
                    break;
                }
            }
        }
        throw new ProviderException(spec.location() + ": cannot make a bridge for the network '"
                + spec.network().orElseThrow() + "': " + refusal);
    }

    /** No router is announced: the machines have another way out. */
    private static ObjectNode request(String name, Subnet subnet, MachineSpec spec) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("name", name);
        request.put("type", "bridge");
        request.put("description", "A network of machines of Allocator");
        request.putObject("config")
                .put("ipv4.address", subnet.host() + "/" + Subnet.PREFIX)
                .put("ipv4.nat", "false")
                .put("ipv6.address", "none")
                .put("dns.mode", "none")
                .put("raw.dnsmasq", "dhcp-option=3")
                .put(REALM, spec.tags().realm().value())
                .put(NETWORK, spec.network().orElseThrow());
        return request;
    }

    /** Removes a bridge that nobody uses; one that is gone, used or without our tags is left alone. */
    void removeUnused(String name, Deadline deadline) throws LxdException, InterruptedException {
        Optional<JsonNode> found = find(name, deadline);
        if (found.isEmpty()
                || !found.get().path("config").has(REALM)
                || !found.get().path("config").has(NETWORK)
                || !found.get().path("used_by").isEmpty()) {
            return;
        }
        try {
            client.send("DELETE", path(name), null, deadline, line -> {});
        } catch (LxdException e) {
            if (e.isUnknown()) {
                throw e;
            }
            if (find(name, deadline)
                    .filter(left -> left.path("used_by").isEmpty())
                    .isPresent()) {
                throw e;
            }
        }
    }

    private Optional<JsonNode> find(String name, Deadline deadline) throws LxdException, InterruptedException {
        return Instances.get(client, path(name), deadline);
    }

    private static String path(String name) {
        return "/1.0/networks/" + Instances.encode(name) + QUERY;
    }
}
