package dev.allocator.core.profile;

import dev.allocator.AllocatorOptions;
import dev.allocator.core.config.Interpolation;
import dev.allocator.core.config.Problems;
import dev.allocator.core.config.SettingsReader;
import dev.allocator.core.config.UserPaths;
import dev.allocator.core.config.YamlReader;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Kind;
import dev.allocator.spi.Location;
import dev.allocator.spi.ProfileSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Reads files into a {@link Configuration}, from top to bottom: files, providers, profiles, store. Used once. */
final class ConfigurationLoader {

    static final String DEFAULT_STORE = "file";

    private final AllocatorOptions options;
    private final Plugins plugins;
    private final UserPaths paths;
    private final Problems problems = new Problems();
    private final Definitions definitions = new Definitions(problems);

    ConfigurationLoader(AllocatorOptions options, Plugins plugins) {
        this.options = options;
        this.plugins = plugins;
        this.paths = new UserPaths(options.environment());
    }

    Configuration load(ConfigurationFiles found) {
        boolean complete = readOwn(found.own());
        Map<Path, ProfileSource> foreign = new NamedSources(
                        plugins, paths, location -> Configuration.base(found.own(), options, location), problems)
                .find(definitions.sources(), found.foreign());
        complete &= readForeign(foreign);
        if (!complete) {
            // What a file that ends early would have defined is missing; do not complain about that too.
            problems.throwIfAny();
        }
        List<Path> files = new ArrayList<>(found.own());
        files.addAll(foreign.keySet());
        Providers providers = new Providers(plugins);
        providers.add(definitions.providers(), definitions.foreignProviders(), problems);
        providers.addFromCode(options.providers(), problems);
        Set<String> abstractProfiles = new LinkedHashSet<>();
        Set<String> taken = new LinkedHashSet<>(definitions.profiles().keySet());
        taken.addAll(definitions.unsupported().keySet());
        options.profiles().forEach(profile -> taken.add(profile.name()));
        BuiltInProfiles builtIn = new BuiltInProfiles(plugins, providers, taken);
        Map<String, ProfileReader.Outcome> profiles = profiles(files, providers, builtIn, abstractProfiles);
        Map<String, String> unsupported = new LinkedHashMap<>(definitions.unsupported());
        unsupported.putAll(builtIn.ambiguous());
        StoreChoice store = store();
        problems.throwIfAny();
        return new Configuration(options, files, providers, profiles, abstractProfiles, unsupported, store);
    }

    private boolean readOwn(List<Path> files) {
        boolean complete = true;
        for (Path file : files) {
            Interpolation interpolation = Interpolation.in(parent(file), options.environment());
            Optional<ConfigNode> root = YamlReader.read(file, interpolation, problems);
            root.ifPresent(definitions::add);
            complete &= root.isPresent();
        }
        return complete;
    }

    private boolean readForeign(Map<Path, ProfileSource> files) {
        boolean complete = true;
        for (var file : files.entrySet()) {
            Optional<ConfigNode> root = YamlReader.read(file.getKey(), Interpolation.none(), problems);
            root.ifPresent(node -> definitions.add(node, file.getValue()));
            complete &= root.isPresent();
        }
        return complete;
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }

    private Map<String, ProfileReader.Outcome> profiles(
            List<Path> files, Providers providers, BuiltInProfiles builtIn, Set<String> abstractProfiles) {
        SetupReader setups = new SetupReader(definitions.setups(), problems);
        setups.checkNamed();
        Function<Problems, ProfileReader> readers = reported -> new ProfileReader(
                providers, setups, paths, location -> Configuration.base(files, options, location), reported);
        ProfileReader reader = readers.apply(problems);
        Map<String, Definition> extendable = new LinkedHashMap<>(builtIn.definitions());
        extendable.putAll(definitions.profiles());
        Map<String, ProfileReader.Outcome> read = new LinkedHashMap<>();
        for (Inheritance.Merged merged : Inheritance.resolve(extendable, problems)) {
            String name = merged.definition().name();
            if (!definitions.profiles().containsKey(name)) {
                continue;
            }
            reader.read(merged).ifPresent(outcome -> read.put(name, outcome));
            if (ProfileReader.isAbstract(merged.node())) {
                abstractProfiles.add(name);
            }
        }
        Map<String, ProfileReader.Outcome> asWritten = new LinkedHashMap<>();
        definitions.profiles().keySet().forEach(name -> {
            if (read.containsKey(name)) {
                asWritten.put(name, read.get(name));
            }
        });
        asWritten.putAll(builtIn.read(readers));
        options.profiles().forEach(profile -> asWritten.put(profile.name(), reader.read(profile)));
        return asWritten;
    }

    private StoreChoice store() {
        Definition written = definitions.store().orElse(null);
        if (written == null) {
            return inCode(options.store().orElse(DEFAULT_STORE));
        }
        ConfigNode node = written.node();
        if (node.kind() != Kind.SECTION) {
            problems.add(node.location(), "'store' must be a section with a 'type'");
            return inCode(DEFAULT_STORE);
        }
        Optional<ConfigNode> type = node.get("type").filter(value -> !value.isNull());
        String name = type.map(ConfigNode::text).orElse(DEFAULT_STORE);
        ConfigNode settings = ConfigNode.section(
                node.location(),
                node.entries().stream().filter(e -> !e.key().equals("type")).toList());
        StoreChoice choice = new StoreChoice(name, settings, written.location());
        plugins.store(name)
                .ifPresentOrElse(
                        factory -> new SettingsReader(problems, false)
                                .read(choice.section(), Set.of("type"), List.of(factory.settings())),
                        () -> reportMissing(type.orElse(node)));
        // Settings of one type mean nothing to another.
        return options.store()
                .filter(chosen -> !chosen.equals(name))
                .map(this::inCode)
                .orElse(choice);
    }

    private void reportMissing(ConfigNode type) {
        String known = String.join(", ", new TreeSet<>(plugins.storeTypes()));
        problems.add(
                type.location(),
                "there is no store of type " + Problems.quote(type.source()) + " " + plugins.places()
                        + (known.isEmpty() ? "" : " (there: " + known + ")"),
                type.source(),
                plugins.storeTypes());
    }

    private StoreChoice inCode(String type) {
        Location location = new Location("store '" + type + "' by default or in code", 0, 0);
        return new StoreChoice(type, ConfigNode.section(location, List.of()), location);
    }
}
