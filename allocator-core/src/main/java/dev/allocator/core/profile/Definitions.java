package dev.allocator.core.profile;

import dev.allocator.Profile;
import dev.allocator.core.config.Problems;
import dev.allocator.core.config.SettingsReader;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.ConfigNode.Kind;
import dev.allocator.spi.Location;
import dev.allocator.spi.ProfileSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What all files define, in one namespace; a name defined twice is a problem. For one thread. */
final class Definitions {

    private static final List<String> SECTIONS = List.of("providers", "profiles", "setup", "store", "sources");
    private static final Pattern PROVIDER_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern LOCATED = Pattern.compile("(.*?):([0-9]{1,9}):([0-9]{1,9}): (.*)");

    private final Problems problems;
    private final Map<String, Definition> providers = new LinkedHashMap<>();
    private final Map<String, Definition> profiles = new LinkedHashMap<>();
    private final Map<String, Definition> setups = new LinkedHashMap<>();
    private final List<ConfigNode> sources = new ArrayList<>();
    private final Set<String> foreignProviders = new HashSet<>();
    private final Map<String, String> unsupported = new LinkedHashMap<>();
    private @Nullable Definition store;

    Definitions(Problems problems) {
        this.problems = problems;
    }

    Map<String, Definition> providers() {
        return providers;
    }

    Map<String, Definition> profiles() {
        return profiles;
    }

    Map<String, Definition> setups() {
        return setups;
    }

    Optional<Definition> store() {
        return Optional.ofNullable(store);
    }

    /** Other tools' files that our own name. */
    List<ConfigNode> sources() {
        return sources;
    }

    /** Which of the providers files of other tools brought along for their own profiles. */
    Set<String> foreignProviders() {
        return foreignProviders;
    }

    /** Names in files of other tools that no profile can be made of, and why, with its place. */
    Map<String, String> unsupported() {
        return unsupported;
    }

    /** Takes in a file of ours. */
    void add(ConfigNode file) {
        if (file.kind() != Kind.SECTION) {
            problems.add(file.location(), "expected a section with keys such as 'profiles:'");
        }
        for (Entry entry : file.entries()) {
            switch (entry.key()) {
                case "providers" -> addAll("provider", entry.value(), providers);
                case "profiles" -> addAll("profile", entry.value(), profiles);
                case "setup" -> addAll("setup", entry.value(), setups);
                case "store" -> addStore(entry);
                case "sources" -> addSources(entry.value());
                default -> {
                    // A place for anchors.
                    if (!entry.key().startsWith("x-")) {
                        problems.unknownKey(entry, "the file", SECTIONS);
                    }
                }
            }
        }
    }

    /** Takes in a file of another tool. */
    void add(ConfigNode file, ProfileSource source) {
        try {
            source.providers(file).forEach((name, node) -> {
                put("provider", providers, name, node.location(), node);
                foreignProviders.add(name);
            });
            source.profiles(file).forEach((name, node) -> put("profile", profiles, name, node.location(), node));
            source.unsupported(file).forEach(unsupported::putIfAbsent);
        } catch (IllegalArgumentException e) {
            String.valueOf(e.getMessage()).lines().forEach(line -> addLocated(line, file.location()));
        } catch (RuntimeException | LinkageError e) {
            problems.add(
                    new Location(file.location().source(), 0, 0),
                    "the plugin " + source.getClass().getName() + " failed to read the file: " + e);
        }
    }

    private void addLocated(String line, Location fallback) {
        Matcher matcher = LOCATED.matcher(line);
        if (matcher.matches()) {
            Location location = new Location(
                    matcher.group(1), Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)));
            problems.add(location, matcher.group(4));
        } else {
            problems.add(fallback, line);
        }
    }

    private void addStore(Entry entry) {
        if (store != null) {
            problems.add(entry.location(), "the store is chosen twice, first at " + store.location());
            return;
        }
        store = new Definition("store", entry.location(), entry.value());
    }

    private void addSources(ConfigNode value) {
        for (ConfigNode item : value.kind() == Kind.LIST ? value.items() : List.of(value)) {
            if (item.kind() != Kind.SCALAR) {
                problems.add(
                        item.location(), "'sources' must be a list of paths, but holds " + SettingsReader.found(item));
            } else if (!item.isNull()) {
                sources.add(item);
            }
        }
    }

    private void addAll(String what, ConfigNode section, Map<String, Definition> definitions) {
        if (section.kind() != Kind.SECTION && !section.isNull()) {
            problems.add(section.location(), "expected a section with a key for each " + what);
        }
        section.entries().forEach(e -> put(what, definitions, e.key(), e.location(), e.value()));
    }

    private void put(
            String what, Map<String, Definition> definitions, String name, Location location, ConfigNode node) {
        Definition first = definitions.get(name);
        if (first != null) {
            problems.add(
                    location,
                    "the " + what + " " + Problems.quote(name) + " is defined twice, first at " + first.location());
        } else if (isName(what, name, location)) {
            definitions.put(name, new Definition(name, location, node));
        }
    }

    private boolean isName(String what, String name, Location location) {
        if (what.equals("profile")) {
            try {
                Profile.named(name, "any");
            } catch (IllegalArgumentException e) {
                problems.add(location, String.valueOf(e.getMessage()));
                return false;
            }
        } else if (!PROVIDER_NAME.matcher(name).matches()) {
            problems.add(
                    location,
                    "not a name for a " + what + ": " + Problems.quote(name)
                            + " (expected up to 64 letters, digits and . _ -, a letter or digit first)");
            return false;
        }
        return true;
    }
}
