package dev.allocator.core.profile;

import dev.allocator.ProviderHealth;
import dev.allocator.spi.ProfileSource;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.StoreFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The plugins on the class path and in folders, each kind loaded when it is first asked for. A plugin that cannot be loaded, has an
 * invalid type or one that another plugin claims too is left out and becomes an entry of {@link #broken()}; it never
 * keeps the others from working. Safe for several threads.
 */
public final class Plugins {

    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9-]*");

    private final ClassLoader loader;
    private final List<Path> places;
    private final Map<String, ProviderFactory> inCode = new LinkedHashMap<>();
    private final List<String> misplaced = new ArrayList<>();
    private @Nullable List<PluginFolder> folders;
    private @Nullable Catalogue<ProviderFactory> providers;
    private @Nullable Catalogue<StoreFactory> stores;
    private @Nullable Catalogue<ProfileSource> sources;

    private Plugins(ClassLoader loader, List<ProviderFactory> inCode, List<Path> places) {
        this.loader = loader;
        this.places = List.copyOf(places);
        for (ProviderFactory plugin : inCode) {
            inspect(plugin);
            if (this.inCode.put(checked(plugin.type()), plugin) != null) {
                throw new IllegalArgumentException("two plugins in code have the type " + plugin.type());
            }
        }
    }

    /** The plugins that {@link java.util.ServiceLoader} finds with this class loader. */
    public static Plugins load(ClassLoader loader) {
        return load(loader, List.of());
    }

    /**
     * As above, with plugins that shadow those of the same type.
     *
     * @throws IllegalArgumentException if one of these cannot be used
     */
    public static Plugins load(ClassLoader loader, List<ProviderFactory> inCode) {
        return load(loader, inCode, List.of());
    }

    /**
     * As above, with those of folders.
     *
     * @param places each holds a folder for each plugin, with its jars; it need not exist
     * @throws IllegalArgumentException if one of those in code cannot be used
     */
    public static Plugins load(ClassLoader loader, List<ProviderFactory> inCode, List<Path> places) {
        return new Plugins(loader, inCode, places);
    }

    /** All plugins that are a folder of jars, whether they can be used or not. */
    public synchronized List<PluginFolder> folders() {
        if (folders == null) {
            folders = PluginFolder.in(places, loader, misplaced);
        }
        return folders;
    }

    /** Where plugins are looked for, to go on after a word such as "not". */
    public String places() {
        return Stream.concat(Stream.of("on the class path"), places.stream().map(place -> "in " + place))
                .collect(Collectors.joining(" or "));
    }

    /** The provider plugin of a type. */
    public Optional<ProviderFactory> provider(String type) {
        ProviderFactory plugin = inCode.get(type);
        return plugin != null ? Optional.of(plugin) : providers().get(type);
    }

    /** The types of all provider plugins that can be used. */
    public Set<String> providerTypes() {
        Set<String> types = new LinkedHashSet<>(inCode.keySet());
        types.addAll(providers().plugins().keySet());
        return types;
    }

    /** The types of those that need no settings, so that an instance with defaults can be opened. */
    public Set<String> typesWithDefaults() {
        return providerTypes().stream()
                .filter(type -> provider(type).stream()
                        .flatMap(factory -> factory.settings().settings().stream())
                        .noneMatch(SettingsSchema.Setting::required))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Why there is no provider plugin of a type, to go on after a comma. */
    public String whyMissing(String type) {
        return brokenProvider(type)
                .map(health -> "which cannot be used: " + String.join("; ", health.messages()))
                .orElseGet(() -> "which is not " + places());
    }

    /** What is wrong with the provider plugin of a type, if there is one that cannot be used. */
    Optional<ProviderHealth> brokenProvider(String type) {
        return providers().broken().stream()
                .filter(health -> health.name().equals(type))
                .findFirst();
    }

    /** The store plugin of a type. */
    public Optional<StoreFactory> store(String type) {
        return stores().get(type);
    }

    /** The types of all store plugins that can be used. */
    public Set<String> storeTypes() {
        return stores().plugins().keySet();
    }

    /** The readers of other tools' configuration files. */
    public List<ProfileSource> sources() {
        return List.copyOf(loadedSources().plugins().values());
    }

    /** What reads files of that name. */
    Optional<ProfileSource> source(String fileName) {
        return sources().stream()
                .filter(source -> source.fileNames().contains(fileName))
                .findFirst();
    }

    /** One entry for each plugin that cannot be used, named by its type, or by its class where it has told no type. */
    public List<ProviderHealth> broken() {
        List<Catalogue<?>> catalogues = List.of(providers(), stores(), loadedSources());
        List<ProviderHealth> all = new ArrayList<>();
        catalogues.forEach(catalogue -> all.addAll(catalogue.broken()));
        for (PluginFolder folder : folders()) {
            if (catalogues.stream().noneMatch(catalogue -> catalogue.isServedBy(folder))) {
                all.add(unusable(folder.name(), folder.whyEmpty()));
            }
        }
        misplaced.forEach(sentence -> all.add(unusable("plugins", sentence)));
        return all;
    }

    private static ProviderHealth unusable(String name, String why) {
        return ProviderHealth.builder(name, "plugin", ProviderHealth.Status.UNUSABLE)
                .messages(List.of(why))
                .build();
    }

    private synchronized Catalogue<ProviderFactory> providers() {
        if (providers == null) {
            providers = new Catalogue<>(
                    ProviderFactory.class, loader, folders(), factory -> checked(factory.type()), Plugins::inspect);
        }
        return providers;
    }

    private synchronized Catalogue<StoreFactory> stores() {
        if (stores == null) {
            stores = new Catalogue<>(
                    StoreFactory.class, loader, folders(), factory -> checked(factory.type()), factory -> {
                        Objects.requireNonNull(factory.settings(), "its settings are null");
                    });
        }
        return stores;
    }

    private synchronized Catalogue<ProfileSource> loadedSources() {
        if (sources == null) {
            sources = new Catalogue<>(
                    ProfileSource.class,
                    loader,
                    folders(),
                    source -> source.getClass().getName(),
                    source -> Objects.requireNonNull(source.fileNames(), "its file names are null"));
        }
        return sources;
    }

    private static void inspect(ProviderFactory factory) {
        Objects.requireNonNull(factory.settings(), "its settings are null");
        requireCompatible(Objects.requireNonNull(factory.profileSettings(), "its profile settings are null"));
    }

    private static String checked(String type) {
        if (!TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException(
                    "its type must be lower-case letters, digits and dashes, a letter first");
        }
        return type;
    }

    /** A plugin may restate a common key, to require it say, but not give it another meaning. */
    private static void requireCompatible(SettingsSchema schema) {
        for (SettingsSchema.Setting setting : schema.settings()) {
            boolean taken = ProfileKeys.READ_ELSEWHERE.contains(setting.name())
                    || ProfileKeys.COMMON
                            .setting(setting.name())
                            .filter(common -> common.kind() != setting.kind())
                            .isPresent();
            if (taken) {
                throw new IllegalArgumentException("its profile key '" + setting.name()
                        + "' is one that all profiles have, with another meaning; it needs another name");
            }
        }
    }
}
