package dev.allocator.core.profile;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Setting;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * JSON Schemas of values. A key may always be left without a value, and a value that is put together from the
 * environment or from a file may turn out to be anything.
 */
final class SchemaValues {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String INTERPOLATION = "\\$\\{";
    private static final String WHOLE = "^-?[0-9]{1,18}$";
    private static final String SIZE = "^\\s*[0-9]{1,15}(\\.[0-9]{1,3})?\\s*([KkMmGgTt]([Ii]?[Bb])?|[Bb])?\\s*$";
    private static final String DURATION =
            "^\\s*([0-9]{1,6}d)?([0-9]{1,7}h)?([0-9]{1,8}m)?([0-9]{1,9}s)?([0-9]{1,12}ms)?\\s*$";
    private static final String BOOLEAN =
            "^([Tt][Rr][Uu][Ee]|[Yy][Ee][Ss]|[Oo][Nn]|[Ff][Aa][Ll][Ss][Ee]|[Nn][Oo]|[Oo][Ff][Ff])$";

    private SchemaValues() {}

    /** A section of these keys and no other. Editors may not resolve {@code <<}. */
    static ObjectNode section(ObjectNode keys) {
        ObjectNode section = nullable("object");
        keys.set("<<", JSON.objectNode());
        section.set("properties", keys);
        section.put("additionalProperties", false);
        return section;
    }

    /** Makes a section need what a schema needs; whoever merges keys in may have them there. */
    static void require(SettingsSchema schema, ObjectNode section) {
        List<String> names = schema.settings().stream()
                .filter(Setting::required)
                .map(Setting::name)
                .toList();
        if (!names.isEmpty()) {
            ObjectNode merges = JSON.objectNode();
            merges.putArray("required").add("<<");
            ObjectNode all = JSON.objectNode();
            all.set("required", array(names));
            section.putArray("anyOf").add(merges).add(all);
        }
    }

    /**
     * The keys of a schema.
     *
     * @param partial whether a key that must be there may be missing, as it may be inherited
     */
    static ObjectNode keys(SettingsSchema schema, boolean partial) {
        ObjectNode keys = JSON.objectNode();
        for (Setting setting : schema.settings()) {
            ObjectNode value = value(setting, partial);
            keys.set(setting.name(), value.put("description", setting.description()));
        }
        return keys;
    }

    private static ObjectNode value(Setting setting, boolean partial) {
        return switch (setting.kind()) {
            case STRING, SECRET -> setting.values().isEmpty() ? text() : choice(setting.values());
            case BOOLEAN -> either(BOOLEAN, "boolean");
            case INTEGER -> either(WHOLE, "integer");
            case SIZE -> either(SIZE, "number");
            case DURATION -> either(DURATION);
            case LIST -> setting.values().isEmpty() ? texts() : list(choice(setting.values()));
            case MAP -> map(text());
            case MAPS -> map(map(text()));
            case SECTION -> nested(setting.section(), partial);
            case SECTIONS -> map(nested(setting.section(), partial));
        };
    }

    private static ObjectNode nested(Optional<SettingsSchema> schema, boolean partial) {
        SettingsSchema keys = schema.orElse(SettingsSchema.empty());
        ObjectNode section = section(keys(keys, partial));
        if (!partial) {
            require(keys, section);
        }
        return section;
    }

    /** Any text; YAML takes some for numbers. */
    static ObjectNode text() {
        return nullable("string", "number", "boolean");
    }

    /** One text or several. */
    static ObjectNode texts() {
        return list(JSON.objectNode().set("type", array(List.of("string", "number", "boolean"))));
    }

    /** One of these texts. */
    static ObjectNode choice(Collection<String> values) {
        ObjectNode choice = JSON.objectNode();
        ObjectNode listed = JSON.objectNode();
        listed.set("enum", array(values).addNull());
        choice.putArray("anyOf").add(listed).add(interpolation());
        return choice;
    }

    /** What may be empty. */
    static ObjectNode nullable(String... types) {
        return JSON.objectNode().set("type", array(List.of(types)).add("null"));
    }

    static ArrayNode array(Collection<String> texts) {
        ArrayNode array = JSON.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    private static ObjectNode list(ObjectNode item) {
        ObjectNode many = JSON.objectNode().put("type", "array");
        many.set("items", item);
        ObjectNode list = JSON.objectNode();
        list.putArray("anyOf").add(item).add(many).add(JSON.objectNode().put("type", "null"));
        return list;
    }

    private static ObjectNode map(ObjectNode value) {
        return nullable("object").set("additionalProperties", value);
    }

    private static ObjectNode either(String pattern, String... types) {
        ObjectNode value = JSON.objectNode();
        ObjectNode text = JSON.objectNode().put("type", "string").put("pattern", pattern);
        value.putArray("anyOf").add(nullable(types)).add(text).add(interpolation());
        return value;
    }

    private static ObjectNode interpolation() {
        return JSON.objectNode().put("type", "string").put("pattern", INTERPOLATION);
    }
}
