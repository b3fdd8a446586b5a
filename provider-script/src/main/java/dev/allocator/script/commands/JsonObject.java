package dev.allocator.script.commands;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object in an answer. What is asked for wrongly typed is a {@link BadAnswer}; {@code null} counts as missing.
 *
 * @param node the object itself
 * @param where what to call it in messages, such as {@code entry 3}, or empty for the answer as a whole
 */
record JsonObject(JsonNode node, String where) {

    private static final ObjectMapper READER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * Reads an object with no other keys than these.
     *
     * @throws BadAnswer if the text is something else
     */
    static JsonObject read(String text, List<String> keys) throws BadAnswer {
        return of(tree(text), "", keys);
    }

    /**
     * Reads a list of objects with no other keys than these.
     *
     * @throws BadAnswer if the text is something else
     */
    static List<JsonObject> readList(String text, List<String> keys) throws BadAnswer {
        List<JsonObject> all = new ArrayList<>();
        for (JsonNode entry : tree(text)) {
            all.add(of(entry, "entry " + (all.size() + 1), keys));
        }
        return all;
    }

    private static JsonNode tree(String text) throws BadAnswer {
        try {
            return READER.readTree(text);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            // What a parser quotes may be a part of a secret, so only the place is told, and what kind of text it is.
            throw new BadAnswer("it is no JSON: there is a mistake"
                    + (at == null ? "" : " in line " + at.getLineNr() + ", column " + at.getColumnNr()));
        }
    }

    private static JsonObject of(JsonNode node, String where, List<String> keys) throws BadAnswer {
        JsonObject object = new JsonObject(node, where);
        if (!node.isObject()) {
            throw object.bad("it is " + kind(node) + ", not an object");
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!keys.contains(name)) {
                throw object.bad("it has the unknown key " + Words.quote(name) + Words.suggestion(keys, name)
                        + " (known: " + String.join(", ", keys) + ")");
            }
        }
        return object;
    }

    /** The text under a key. */
    Optional<String> text(String key) throws BadAnswer {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw bad("'" + key + "' is " + kind(value) + ", not a text");
        }
        return Optional.of(value.textValue());
    }

    /** The text under a key that must be there. */
    String required(String key) throws BadAnswer {
        return text(key).orElseThrow(() -> bad("it has no '" + key + "'"));
    }

    /** Names and texts under a key; numbers, {@code true} and {@code false} are taken as they are written. */
    Map<String, String> texts(String key) throws BadAnswer {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Map.of();
        }
        if (!value.isObject()) {
            throw bad("'" + key + "' is " + kind(value) + ", not an object");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            if (entry.getValue().isContainerNode()) {
                throw bad("'" + key + "' has " + kind(entry.getValue()) + " under " + Words.quote(entry.getKey())
                        + ", not a text");
            }
            if (!entry.getValue().isNull()) {
                texts.put(entry.getKey(), entry.getValue().asText());
            }
        }
        return texts;
    }

    BadAnswer bad(String what) {
        return new BadAnswer(where.isEmpty() ? what : where + ": " + what);
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case STRING -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            default -> "nothing";
        };
    }
}
