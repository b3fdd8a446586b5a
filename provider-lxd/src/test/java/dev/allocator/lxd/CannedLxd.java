package dev.allocator.lxd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.lxd.rest.LxdClient;
import dev.allocator.lxd.rest.LxdEvent;
import dev.allocator.spi.Deadline;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An LXD in a state that the real one cannot be brought to for a test: it answers what it was told to.
 *
 * @param answers JSON by path
 */
record CannedLxd(Map<String, String> answers) implements LxdClient {

    @Override
    public JsonNode get(String path, Deadline deadline) {
        try {
            return new ObjectMapper().readTree(answers.getOrDefault(path, "null"));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public JsonNode send(
            String method, String path, @Nullable JsonNode body, Deadline deadline, Consumer<String> progress) {
        throw new AssertionError(method + " " + path);
    }

    @Override
    public byte[] bytes(String path, Deadline deadline) {
        throw new AssertionError(path);
    }

    @Override
    public Subscription listen(String project, Consumer<LxdEvent> listener) {
        throw new AssertionError(project);
    }

    @Override
    public ExecResult exec(String project, String instance, Command command) {
        throw new AssertionError(instance);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
