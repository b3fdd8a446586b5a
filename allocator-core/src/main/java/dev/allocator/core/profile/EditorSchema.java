package dev.allocator.core.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.spi.SettingsSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A <a href="https://json-schema.org/specification-links#draft-7">JSON Schema (draft 7)</a> of {@code allocator.yaml}
 * for editors, made of the definitions that files are read by. It knows the keys of the plugins that there are. What
 * depends on more than one place, such as which provider a profile's keys are for, only reading a file finds out: what
 * it refuses is wrong, what it lets pass may be wrong still.
 */
public final class EditorSchema {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String NAME = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";

    private final ObjectNode definitions = JSON.objectNode();

    private EditorSchema() {}

    /** The schema as JSON text, the same for the same plugins in whatever order. */
    public static String of(Plugins plugins) {
        ObjectNode root = new EditorSchema().root(plugins);
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that was just made can be written", e);
        }
    }

    private ObjectNode root(Plugins plugins) {
        Map<String, SettingsSchema> providers = new TreeMap<>();
        Map<String, SettingsSchema> profiles = new TreeMap<>();
        for (String type : plugins.providerTypes()) {
            plugins.provider(type).ifPresent(factory -> {
                providers.put(type, factory.settings());
                profiles.put(type, factory.profileSettings());
            });
        }
        Map<String, SettingsSchema> stores = new TreeMap<>();
        for (String type : plugins.storeTypes()) {
            plugins.store(type).ifPresent(factory -> stores.put(type, factory.settings()));
        }
        ObjectNode properties = JSON.objectNode();
        properties.set("providers", providers(providers));
        properties.set("profiles", named("profiles by name", null, profile(profiles)));
        properties.set("setup", named("setup steps that profiles use", NAME, setup(false)));
        properties.set("store", store(stores));
        properties.set("sources", SchemaValues.texts().put("description", "files of other tools to read"));

        ObjectNode root = JSON.objectNode();
        root.put("$schema", "http://json-schema.org/draft-07/schema#");
        root.put("title", "Allocator's configuration, allocator.yaml");
        root.setAll(SchemaValues.section(properties));
        root.putObject("patternProperties").set("^x-", JSON.objectNode());
        root.set("definitions", definitions);
        return root;
    }

    /** An instance is of the type that it names, or else of the one that it is called like. */
    private ObjectNode providers(Map<String, SettingsSchema> types) {
        ObjectNode any = reference("provider", typed("provider", "a provider instance", types));
        ObjectNode called = JSON.objectNode();
        types.forEach((type, schema) -> {
            ObjectNode either = called.putObject(type);
            either.set("if", hasType());
            either.set("then", any);
            either.set("else", JSON.objectNode().put("$ref", "#/definitions/provider-" + type));
        });
        ObjectNode all = SchemaValues.nullable("object").put("description", "provider instances by name");
        all.set("properties", called);
        all.set("propertyNames", JSON.objectNode().put("pattern", NAME));
        ObjectNode other = all.putObject("additionalProperties");
        other.putArray("allOf").add(any).add(hasType());
        return all;
    }

    private ObjectNode store(Map<String, SettingsSchema> types) {
        ObjectNode store = typed("store", "the store of leases", types);
        if (types.containsKey(ConfigurationLoader.DEFAULT_STORE)) {
            store.set("if", hasType());
            store.set("then", JSON.objectNode());
            store.putObject("else").put("$ref", "#/definitions/store-" + ConfigurationLoader.DEFAULT_STORE);
        }
        return store;
    }

    private static ObjectNode hasType() {
        ObjectNode typed = JSON.objectNode().put("type", "object");
        typed.putArray("required").add("type");
        return typed;
    }

    /** Something whose keys depend on what type it says it has. One that nobody here knows may have a plugin elsewhere. */
    private ObjectNode typed(String what, String description, Map<String, SettingsSchema> types) {
        ObjectNode typed = SchemaValues.nullable("object").put("description", description);
        ObjectNode type = typed.putObject("properties").putObject("type");
        type.putArray("type").add("string").add("null");
        type.set("examples", SchemaValues.array(types.keySet()));
        ArrayNode choices = typed.putArray("allOf");
        types.forEach((name, schema) -> {
            ObjectNode keys = SchemaValues.keys(schema, false);
            keys.set("type", JSON.objectNode());
            ObjectNode choice = choices.addObject();
            ObjectNode condition = choice.putObject("if").put("type", "object");
            condition.putArray("required").add("type");
            condition.putObject("properties").putObject("type").put("const", name);
            ObjectNode section = SchemaValues.section(keys);
            SchemaValues.require(schema, section);
            choice.set("then", reference(what + "-" + name, section));
        });
        return typed;
    }

    /** Only reading tells which provider a profile is for: all keys of all are let pass. */
    private ObjectNode profile(Map<String, SettingsSchema> types) {
        ObjectNode keys = SchemaValues.keys(ProfileKeys.COMMON, true);
        ProfileKeys.READ_ELSEWHERE.forEach(key -> keys.set(
                key,
                switch (key) {
                    case "setup" -> setup(true);
                    case "readiness" -> readiness();
                    case "shares" -> shares();
                    default -> JSON.objectNode();
                }));
        Map<String, ArrayNode> particular = new LinkedHashMap<>();
        types.forEach((type, schema) -> SchemaValues.keys(schema, true)
                .properties()
                .forEach(key -> {
                    if (ProfileKeys.COMMON.setting(key.getKey()).isEmpty()) {
                        ArrayNode forms = particular.computeIfAbsent(key.getKey(), k -> JSON.arrayNode());
                        add(forms, key.getValue());
                    }
                }));
        particular.forEach((key, forms) -> keys.set(
                key, forms.size() == 1 ? forms.get(0) : JSON.objectNode().set("anyOf", forms)));
        return reference("profile", SchemaValues.section(keys));
    }

    private static void add(ArrayNode forms, JsonNode form) {
        for (JsonNode known : forms) {
            if (known.equals(form)) {
                return;
            }
        }
        forms.add(form);
    }

    private ObjectNode setup(boolean useAllowed) {
        Function<String, ObjectNode> step = key -> {
            ObjectNode keys = SchemaValues.keys(SetupReader.STEP, true);
            keys.retain(key.equals("use") ? List.of("use") : List.of("name", "run"));
            ObjectNode section = SchemaValues.section(keys).put("type", "object");
            section.putArray("required").add(key);
            return section;
        };
        ArrayNode forms = JSON.arrayNode();
        forms.add(SchemaValues.text()).add(step.apply("run"));
        if (useAllowed) {
            forms.add(step.apply("use"));
        }
        ObjectNode one =
                reference(useAllowed ? "step" : "named-step", JSON.objectNode().set("anyOf", forms));
        ObjectNode setup = JSON.objectNode().put("description", "scripts that are run as root");
        ObjectNode many = JSON.objectNode().put("type", "array");
        many.set("items", one);
        setup.putArray("anyOf").add(one).add(many).add(JSON.objectNode().put("type", "null"));
        return setup;
    }

    private static ObjectNode readiness() {
        ObjectNode command = SchemaValues.section(SchemaValues.keys(ReadinessReader.COMMAND, true));
        SchemaValues.require(ReadinessReader.COMMAND, command);
        ObjectNode readiness = JSON.objectNode().put("description", "what a machine must do to count as ready");
        readiness
                .putArray("anyOf")
                .add(SchemaValues.choice(ReadinessReader.LEVELS))
                .add(command);
        return readiness;
    }

    private static ObjectNode shares() {
        ObjectNode share = SchemaValues.section(SchemaValues.keys(ShareReader.SHARE, true));
        SchemaValues.require(ShareReader.SHARE, share);
        ObjectNode one = JSON.objectNode();
        one.putArray("anyOf").add(SchemaValues.text()).add(share);
        ObjectNode shares = JSON.objectNode().put("description", "folders of this host that the machine sees");
        ObjectNode many = JSON.objectNode().put("type", "array");
        many.set("items", one);
        shares.putArray("anyOf").add(one).add(many);
        return shares;
    }

    private static ObjectNode named(String description, @Nullable String names, ObjectNode each) {
        ObjectNode named = SchemaValues.nullable("object").put("description", description);
        if (names != null) {
            named.set("propertyNames", JSON.objectNode().put("pattern", names));
        }
        named.set("additionalProperties", each);
        return named;
    }

    private ObjectNode reference(String name, ObjectNode definition) {
        definitions.set(name, definition);
        return JSON.objectNode().put("$ref", "#/definitions/" + name);
    }
}
