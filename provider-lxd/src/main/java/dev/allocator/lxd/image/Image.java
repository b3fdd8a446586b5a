package dev.allocator.lxd.image;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What LXD makes an instance of.
 *
 * @param source the {@code source} of a create request
 * @param remote whether LXD may have to download it
 * @param description one line for people
 */
public record Image(ObjectNode source, boolean remote, String description) {

    static Image local(String fingerprint, String description) {
        return new Image(image().put("fingerprint", fingerprint), false, description);
    }

    /** LXD downloads it unless it has it, once however many ask at a time, and keeps it up to its own rules. */
    static Image remote(String server, String alias, String description) {
        ObjectNode source = image().put("mode", "pull")
                .put("protocol", "simplestreams")
                .put("server", server)
                .put("alias", alias);
        return new Image(source, true, description);
    }

    private static ObjectNode image() {
        return JsonNodeFactory.instance.objectNode().put("type", "image");
    }
}
