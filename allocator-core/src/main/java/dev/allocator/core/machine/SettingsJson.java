package dev.allocator.core.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Location;
import java.util.ArrayList;
import java.util.List;

/** Settings as they are kept in a record, so that a machine can be destroyed without its configuration. */
public final class SettingsJson {

    private SettingsJson() {}

    /** Settings as a tree. */
    public static JsonNode write(ConfigNode node) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (node.kind()) {
            case SCALAR -> node.isNull() ? json.nullNode() : json.textNode(node.text());
            case LIST -> {
                ArrayNode list = json.arrayNode();
                node.items().forEach(item -> list.add(write(item)));
                yield list;
            }
            case SECTION -> {
                ObjectNode section = json.objectNode();
                node.entries().forEach(entry -> section.set(entry.key(), write(entry.value())));
                yield section;
            }
        };
    }

    /** The settings of such a tree. */
    public static ConfigNode read(JsonNode json, Location location) {
        if (json.isArray()) {
            List<ConfigNode> items = new ArrayList<>();
            json.forEach(item -> items.add(read(item, location)));
            return ConfigNode.list(location, items);
        }
        if (json.isObject()) {
            List<ConfigNode.Entry> entries = new ArrayList<>();
            json.properties()
                    .forEach(field -> entries.add(
                            new ConfigNode.Entry(field.getKey(), location, read(field.getValue(), location))));
            return ConfigNode.section(location, entries);
        }
        return json.isTextual()
                ? ConfigNode.scalar(location, json.asText(), json.asText(), true)
                : ConfigNode.scalar(location, "");
    }
}
