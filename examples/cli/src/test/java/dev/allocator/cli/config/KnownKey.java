package dev.allocator.cli.config;

import dev.allocator.core.profile.Plugins;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import dev.allocator.spi.SettingsSchema.Setting;
import dev.allocator.spi.StoreFactory;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A key that a file may have, in a file that is right but for its spelling.
 *
 * @param name the key
 * @param siblings all keys that are known there
 * @param before what stands above it
 * @param indent how far it is indented
 * @param value its value
 */
record KnownKey(String name, Set<String> siblings, String before, String indent, String value) {

    /** Of all profiles, with a value each; what else than these there is the schemas of plugins tell. */
    private static final Map<String, String> COMMON = Map.ofEntries(
            Map.entry("provider", "p"),
            Map.entry("image", "x"),
            Map.entry("arch", "x86_64"),
            Map.entry("cpu", "1"),
            Map.entry("memory", "1GiB"),
            Map.entry("disk", "1GiB"),
            Map.entry("login", "{user: u, password: p}"),
            Map.entry("network", "lan"),
            Map.entry("ttl", "1m"),
            Map.entry("timeout", "1m"),
            Map.entry("limit", "1"),
            Map.entry("keep", "failed"),
            Map.entry("collect", "[/var/log/syslog]"),
            Map.entry("labels", "{a: b}"),
            Map.entry("extends", "base"),
            Map.entry("abstract", "true"),
            Map.entry("setup", "'true'"),
            Map.entry("readiness", "login"),
            Map.entry("shares", "/tmp:/mnt"));

    /** The line that it is on, from 1. */
    int line() {
        return (int) before.lines().count() + 1;
    }

    /** The column that it starts at, from 1. */
    int column() {
        return indent.replaceAll("[^ -]", "").length() + 1;
    }

    String document(String spelling) {
        return before + indent + spelling + ": " + value + "\n";
    }

    @Override
    public String toString() {
        return name + " at " + line() + ":" + column();
    }

    static List<KnownKey> all(Plugins plugins) {
        List<KnownKey> all = new ArrayList<>();
        add(all, "", "", Map.of("providers", "{}", "profiles", "{}", "setup", "{}", "store", "{}", "sources", "[]"));
        for (String type : new TreeSet<>(plugins.providerTypes())) {
            ProviderFactory factory = plugins.provider(type).orElseThrow();
            String instance = "providers:\n  p:\n";
            settings(all, instance, "    ", factory.settings(), Map.of("type", type));
            String provider = instance + "    type: " + type + "\n" + required("    ", factory.settings(), "");
            String profile = provider + "  other: {type: qemu}\nprofiles:\n  base: {abstract: true}\n  a:\n";
            settings(all, profile, "    ", factory.profileSettings(), COMMON);
        }
        String profile = "profiles:\n  a:\n    provider: qemu\n";
        String both = profile + "    login:\n";
        add(all, both, "      ", "password: p\n", "user", "u", Set.of("user", "password", "key", "command"));
        add(all, both, "      ", "user: u\n", "password", "p", Set.of("user", "password", "key", "command"));
        add(all, both, "      ", "user: u\n", "key", "/etc/hostname", Set.of("user", "password", "key", "command"));
        add(all, both, "      ", "", "command", "id", Set.of("user", "password", "key", "command"));
        add(all, profile + "    readiness:\n", "      ", Map.of("command", "id"));
        Set<String> step = Set.of("name", "run", "use");
        String named = "setup: {s: [id]}\n" + profile + "    setup:\n";
        add(all, named, "      - ", "", "run", "id", step);
        add(all, named, "      - ", "", "use", "s", step);
        add(all, named + "      - run: id\n", "        ", "", "name", "n", step);
        Set<String> share = Set.of("host", "guest", "readonly");
        String shares = profile + "    shares:\n      -\n";
        add(all, shares, "        ", "guest: /mnt\n", "host", "/tmp", share);
        add(all, shares, "        ", "host: /tmp\n", "guest", "/mnt", share);
        add(all, shares, "        ", "host: /tmp\n        guest: /mnt\n", "readonly", "true", share);
        for (String type : new TreeSet<>(plugins.storeTypes())) {
            StoreFactory factory = plugins.store(type).orElseThrow();
            settings(all, "store:\n", "  ", factory.settings(), Map.of("type", type));
        }
        return all;
    }

    private static void add(List<KnownKey> all, String before, String indent, Map<String, String> keys) {
        keys.forEach((key, value) -> add(all, before, indent, "", key, value, keys.keySet()));
    }

    private static void add(
            List<KnownKey> all,
            String before,
            String indent,
            String others,
            String key,
            String value,
            Set<String> siblings) {
        all.add(new KnownKey(key, siblings, before + (others.isEmpty() ? "" : indent + others), indent, value));
    }

    /** All keys of a schema and of those below it, beside some that it always has. */
    private static void settings(
            List<KnownKey> all, String before, String indent, SettingsSchema schema, Map<String, String> more) {
        Set<String> siblings = new LinkedHashSet<>(more.keySet());
        schema.settings().forEach(setting -> siblings.add(setting.name()));
        Map<String, String> always = more.containsKey("provider") ? Map.of("provider", "p") : more;
        more.forEach((key, value) -> all.add(new KnownKey(
                key, siblings, before + lines(indent, always, key) + required(indent, schema, key), indent, value)));
        for (Setting setting : schema.settings()) {
            if (!more.containsKey(setting.name())) {
                String others = lines(indent, always, "") + required(indent, schema, setting.name());
                all.add(new KnownKey(setting.name(), siblings, before + others, indent, value(setting)));
                setting.section().ifPresent(section -> {
                    boolean many = setting.kind() == Kind.SECTIONS;
                    String inside = before + others + indent + setting.name() + ":\n" + (many ? indent + "  n:\n" : "");
                    settings(all, inside, indent + (many ? "    " : "  "), section, Map.of());
                });
            }
        }
    }

    private static String lines(String indent, Map<String, String> keys, String without) {
        return keys.entrySet().stream()
                .filter(key -> !key.getKey().equals(without))
                .map(key -> indent + key.getKey() + ": " + key.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private static String required(String indent, SettingsSchema schema, String without) {
        return schema.settings().stream()
                .filter(setting -> setting.required() && !setting.name().equals(without))
                .map(setting -> indent + setting.name() + ": " + value(setting) + "\n")
                .collect(Collectors.joining());
    }

    private static String value(Setting setting) {
        return switch (setting.kind()) {
            case STRING, SECRET ->
                setting.values().isEmpty() ? "x" : setting.values().get(0);
            case BOOLEAN -> "true";
            case INTEGER -> "1";
            case SIZE -> "1GiB";
            case DURATION -> "1m";
            case LIST ->
                "[" + (setting.values().isEmpty() ? "x" : setting.values().get(0)) + "]";
            case MAP -> "{a: b}";
            case MAPS -> "{a: {b: c}}";
            case SECTION -> "{" + inline(setting) + "}";
            case SECTIONS -> "{n: {" + inline(setting) + "}}";
        };
    }

    private static String inline(Setting setting) {
        return setting.section().orElse(SettingsSchema.empty()).settings().stream()
                .filter(Setting::required)
                .map(each -> each.name() + ": " + value(each))
                .collect(Collectors.joining(", "));
    }
}
