package dev.allocator.core.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Location;
import dev.allocator.spi.SettingsSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Settings as they are kept in a record, so that a machine can be destroyed without its configuration. */
public final class SettingsJson {

    private SettingsJson() {}

    /** Settings without those that the schema says are secret. */
    static ConfigNode withoutSecrets(ConfigNode node, SettingsSchema schema) {
        if (node.kind() != ConfigNode.Kind.SECTION) {
            return node;
        }
        List<ConfigNode.Entry> kept = new ArrayList<>();
        for (ConfigNode.Entry entry : node.entries()) {
            Optional<SettingsSchema.Setting> setting = schema.setting(entry.key());
            if (setting.filter(s -> s.kind() == SettingsSchema.Kind.SECRET).isEmpty()) {
                ConfigNode value = setting.map(known -> withoutSecrets(entry.value(), known))
                        .orElse(entry.value());
                kept.add(new ConfigNode.Entry(entry.key(), entry.location(), value));
            }
        }
        return ConfigNode.section(node.location(), kept);
    }

    private static ConfigNode withoutSecrets(ConfigNode node, SettingsSchema.Setting setting) {
        SettingsSchema schema = setting.section().orElse(SettingsSchema.empty());
        return switch (setting.kind()) {
            case SECTION -> withoutSecrets(node, schema);
            case SECTIONS ->
                node.kind() != ConfigNode.Kind.SECTION
                        ? node
                        : ConfigNode.section(
                                node.location(),
                                node.entries().stream()
                                        .map(entry -> new ConfigNode.Entry(
                                                entry.key(), entry.location(), withoutSecrets(entry.value(), schema)))
                                        .toList());
            default -> node;
        };
    }

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
        return read(json, location, false);
    }

    /** The settings of such a tree that has secrets in it, which no message may quote. */
    public static ConfigNode readSecret(JsonNode json, Location location) {
        return read(json, location, true);
    }

    private static ConfigNode read(JsonNode json, Location location, boolean secret) {
        if (json.isArray()) {
            List<ConfigNode> items = new ArrayList<>();
            json.forEach(item -> items.add(read(item, location, secret)));
            return ConfigNode.list(location, items);
        }
        if (json.isObject()) {
            List<ConfigNode.Entry> entries = new ArrayList<>();
            json.properties()
                    .forEach(field -> entries.add(
                            new ConfigNode.Entry(field.getKey(), location, read(field.getValue(), location, secret))));
            return ConfigNode.section(location, entries);
        }
        return json.isTextual()
                ? ConfigNode.scalar(location, json.asText(), secret ? "…" : json.asText(), true)
                : ConfigNode.scalar(location, "");
    }
}
