package dev.allocator.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.Credentials;
import dev.allocator.Durations;
import dev.allocator.Profile;
import dev.allocator.Secret;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes an {@code allocator.yaml} of one provider instance and one profile; JSON is YAML. */
final class ConfigText {

    private ConfigText() {}

    /** One key and value a line, so that a place in the text says which one is meant. */
    static String of(String type, Map<String, Object> settings, Profile profile) {
        Map<String, Object> instance = new LinkedHashMap<>();
        instance.put("type", type);
        instance.putAll(settings);
        try {
            return new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(Map.of(
                            "providers", Map.of(profile.provider(), instance),
                            "profiles", Map.of(profile.name(), keys(profile))))
                    .replace("${", "$${"); // nothing is interpolated
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "the settings of the provider or of " + profile + " are no plain data: text, numbers, booleans,"
                            + " lists and maps of these",
                    e);
        }
    }

    private static Map<String, Object> keys(Profile profile) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("provider", profile.provider());
        profile.image().ifPresent(image -> keys.put("image", image));
        profile.arch().ifPresent(arch -> keys.put("arch", arch));
        profile.cpu().ifPresent(cpu -> keys.put("cpu", cpu));
        profile.memory().ifPresent(memory -> keys.put("memory", memory.toString()));
        profile.disk().ifPresent(disk -> keys.put("disk", disk.toString()));
        profile.login().ifPresent(login -> keys.put("login", login(login)));
        profile.network().ifPresent(network -> keys.put("network", network));
        profile.ttl().map(Durations::format).ifPresent(ttl -> keys.put("ttl", ttl));
        profile.timeout().map(Durations::format).ifPresent(timeout -> keys.put("timeout", timeout));
        profile.limit().ifPresent(limit -> keys.put("limit", limit));
        if (!profile.shares().isEmpty()) {
            keys.put(
                    "shares",
                    profile.shares().stream()
                            .map(share -> Map.of(
                                    "host", share.host().toString(),
                                    "guest", share.guest(),
                                    "readonly", Boolean.toString(share.readOnly())))
                            .toList());
        }
        if (!profile.labels().isEmpty()) {
            keys.put("labels", profile.labels());
        }
        if (!profile.setup().isEmpty()) {
            keys.put(
                    "setup",
                    profile.setup().stream()
                            .map(step -> Map.of("name", step.name(), "run", step.script()))
                            .toList());
        }
        keys.put(
                "readiness",
                profile.readiness()
                        .command()
                        .<Object>map(command -> Map.of("command", command))
                        .orElseGet(() -> profile.readiness().toString()));
        keys.putAll(profile.settings());
        return keys;
    }

    private static Map<String, String> login(Credentials login) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("user", login.user());
        login.password().map(Secret::reveal).ifPresent(password -> keys.put("password", password));
        login.privateKey().map(Secret::reveal).ifPresent(key -> keys.put("key", key));
        return keys;
    }
}
