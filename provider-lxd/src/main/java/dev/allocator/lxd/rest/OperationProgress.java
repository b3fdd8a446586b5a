package dev.allocator.lxd.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells what an operation's metadata says of its progress, once for each change. LXD has it as keys that end in
 * {@code _progress}, such as {@code download_progress: "rootfs: 42% (12.30MB/s)"} and
 * {@code create_instance_from_image_unpack_progress: "Unpack: 100% (4.29GB/s)"}.
 */
final class OperationProgress {

    private static final String SUFFIX = "_progress";

    private final Consumer<String> listener;
    /** By key: those of what is done stay beside those of what is under way. */
    private final Map<String, String> last = new HashMap<>();

    OperationProgress(Consumer<String> listener) {
        this.listener = listener;
    }

    /** Looks at an operation. */
    void look(JsonNode operation) {
        for (Map.Entry<String, JsonNode> field : operation.path("metadata").properties()) {
            String line = field.getValue().asText().strip();
            if (field.getKey().endsWith(SUFFIX) && !line.isEmpty() && !line.equals(last.put(field.getKey(), line))) {
                listener.accept(line);
            }
        }
    }
}
