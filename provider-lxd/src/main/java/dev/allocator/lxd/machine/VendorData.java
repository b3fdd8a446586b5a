package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.spi.Bootstrap;

/**
 * What cloud-init does in a guest besides what the user's own user data says, which counts more. JSON, which is YAML
 * that needs no thought about quoting (cloud-init's documentation, "Modules" and "Vendor data").
 */
final class VendorData {

    private VendorData() {}

    /** Root's account is opened to the key, and the host key is the planted one. Secret. */
    static String of(Bootstrap bootstrap) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("disable_root", false);
        config.put("disable_root_opts", "");
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("name", "root");
        root.put("lock_passwd", false);
        root.putArray("ssh_authorized_keys").add(bootstrap.authorizedKey().strip());
        config.putArray("users").add("default").add(root);
        config.put("ssh_pwauth", true);
        config.put("ssh_deletekeys", true);
        config.putArray("ssh_genkeytypes").add("ed25519");
        config.putObject("ssh_keys")
                .put("ed25519_private", bootstrap.hostPrivateKey().reveal())
                .put("ed25519_public", bootstrap.hostKey().toString());
        return "#cloud-config\n" + config + "\n";
    }
}
