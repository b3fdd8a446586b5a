package dev.allocator.core.lease;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.StoreException;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.StoredRecord;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record as a tree that keeps the fields it does not know. Never changed: a change makes a changed copy.
 */
abstract class JsonRecord {

    /** The format that this version writes; a higher one is not understood. */
    static final int FORMAT = 1;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    final ObjectNode json;
    private final long revision;

    JsonRecord(ObjectNode json, long revision) {
        this.json = json;
        this.revision = revision;
    }

    static ObjectNode emptyTree() {
        ObjectNode tree = MAPPER.createObjectNode();
        tree.put("format", FORMAT);
        return tree;
    }

    /**
     * Reads a record's tree.
     *
     * @throws StoreException if it is damaged or of a newer version
     */
    static ObjectNode parse(StoredRecord stored) {
        if (!stored.readable()) {
            throw damaged("record " + stored.key());
        }
        ObjectNode tree = parse(stored.json(), "record " + stored.key());
        int format = tree.path("format").asInt(0);
        if (format < 1 || format > FORMAT) {
            throw new StoreException(
                    "record " + stored.key() + " has format " + tree.path("format")
                            + ", which this version does not understand; its machine is left alone",
                    null);
        }
        return tree;
    }

    static ObjectNode parse(String text, String what) {
        try {
            if (MAPPER.readTree(text) instanceof ObjectNode tree) {
                return tree;
            }
        } catch (JsonProcessingException e) {
            throw damaged(what); // without the cause, which quotes what it could not read
        }
        throw damaged(what);
    }

    static StoreException damaged(String what) {
        return new StoreException("cannot read " + what + ": it is damaged; its machine is left alone", null);
    }

    /** The revision that was read, or {@link dev.allocator.spi.Transaction#ABSENT} for a new record. */
    public long revision() {
        return revision;
    }

    /** The name under which it is stored. */
    public abstract RecordKey key();

    /** The text to store. */
    public String text() {
        return json.toString();
    }

    Optional<String> string(String field) {
        JsonNode value = json.get(field);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value.asText());
    }

    String required(String field) {
        return string(field)
                .orElseThrow(
                        () -> new StoreException("record " + json.path("id").asText("?") + " has no " + field, null));
    }

    Optional<Instant> instant(String field) {
        return string(field).map(Instant::parse);
    }

    Map<String, String> map(String field) {
        Map<String, String> map = new LinkedHashMap<>();
        json.path(field)
                .properties()
                .forEach(e -> map.put(e.getKey(), e.getValue().asText()));
        return map;
    }

    static void put(ObjectNode tree, String field, @Nullable Object value) {
        if (value == null) {
            tree.remove(field);
        } else {
            tree.put(field, value.toString());
        }
    }

    static void putMap(ObjectNode tree, String field, Map<String, ?> map) {
        ObjectNode child = tree.putObject(field);
        map.forEach((key, value) -> child.put(key, value.toString()));
    }
}
