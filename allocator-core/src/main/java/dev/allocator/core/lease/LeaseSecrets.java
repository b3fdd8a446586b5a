package dev.allocator.core.lease;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.Credentials;
import dev.allocator.LeaseId;
import dev.allocator.Secret;
import dev.allocator.spi.Store;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The secrets of one lease, kept apart from its record.
 *
 * @param user how the lease's user logs in, if that is known
 * @param root how the engine logs in as root, if not through the user
 * @param throughProvider whether the machine was reached by commands that its provider runs there, which is how root's
 *     commands go on being run
 * @param data what the machine's maker said to its user
 */
public record LeaseSecrets(
        Optional<Credentials> user, Optional<Credentials> root, boolean throughProvider, Optional<byte[]> data) {

    private static final String PREFIX = "lease-";

    /** Makes them durable; before the record that says that the lease is ready. */
    public void save(Store store, LeaseId lease) {
        ObjectNode tree = JsonRecord.emptyTree();
        user.ifPresent(credentials -> write(tree.putObject("user"), credentials));
        data.ifPresent(bytes -> tree.put("data", bytes));
        root.ifPresent(credentials -> write(tree.putObject("root"), credentials));
        if (throughProvider) {
            tree.put("throughProvider", true);
        }
        store.putBlob(PREFIX + lease, tree.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Those of a lease, if it has any. */
    public static Optional<LeaseSecrets> load(Store store, LeaseId lease) {
        return store.getBlob(PREFIX + lease).map(blob -> {
            ObjectNode tree =
                    JsonRecord.parse(new String(blob, StandardCharsets.UTF_8), "the secrets of lease " + lease);
            return new LeaseSecrets(
                    credentials(tree, "user"),
                    credentials(tree, "root"),
                    tree.path("throughProvider").asBoolean(),
                    data(tree));
        });
    }

    /** Deletes them, if there are any. */
    public static void delete(Store store, LeaseId lease) {
        store.deleteBlob(PREFIX + lease);
    }

    /** The leases that have secrets. */
    public static List<LeaseId> all(Store store) {
        return store.blobs().stream()
                .filter(name -> name.startsWith(PREFIX))
                .map(name -> new LeaseId(name.substring(PREFIX.length())))
                .toList();
    }

    private static void write(ObjectNode tree, Credentials credentials) {
        tree.put("user", credentials.user());
        credentials.password().ifPresent(password -> tree.put("password", password.reveal()));
        credentials.privateKey().ifPresent(key -> tree.put("privateKey", key.reveal()));
    }

    private static Optional<Credentials> credentials(ObjectNode tree, String key) {
        return tree.get(key) instanceof ObjectNode found ? Optional.of(read(found)) : Optional.empty();
    }

    private static Optional<byte[]> data(ObjectNode tree) {
        return Optional.ofNullable(tree.get("data"))
                .map(data -> Base64.getDecoder().decode(data.asText()));
    }

    private static Credentials read(ObjectNode tree) {
        String user = tree.path("user").asText();
        return tree.has("password")
                ? Credentials.password(user, Secret.of(tree.path("password").asText()))
                : Credentials.key(user, Secret.of(tree.path("privateKey").asText()));
    }
}
