package dev.allocator.core.profile;

import dev.allocator.ProviderHealth;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All plugins of one kind by the name that they go by, and what is wrong with the others. Unchanging once made. */
final class Catalogue<S> {

    /** A class loader that fails at each step must not keep us for ever. */
    private static final int MOST_FAILURES = 100;

    /** How {@link ServiceLoader} names the class that it failed on. */
    private static final Pattern FAILED = Pattern.compile("(?:Provider )?((?:\\w+\\.)+[\\w$]+) .*", Pattern.DOTALL);

    private final Class<S> service;
    private final Function<S, String> nameOf;
    private final Consumer<S> inspection;
    private final Map<String, List<S>> found = new LinkedHashMap<>();
    private final Map<String, S> plugins = new LinkedHashMap<>();
    private final List<ProviderHealth> broken = new ArrayList<>();
    private final Set<PluginFolder> contributors = new HashSet<>();

    /**
     * Loads plugins.
     *
     * @param folders plugins that are not in reach of the class loader
     * @param nameOf the name that must be unique
     * @param inspection throws if the plugin is unusable
     */
    Catalogue(
            Class<S> service,
            ClassLoader loader,
            List<PluginFolder> folders,
            Function<S, String> nameOf,
            Consumer<S> inspection) {
        this.service = service;
        this.nameOf = nameOf;
        this.inspection = inspection;
        boolean unused = search(loader, type -> true, "");
        for (PluginFolder folder : folders) {
            // Those of modules of the program are found from everywhere.
            Predicate<Class<?>> own = type -> type.getClassLoader() == folder.loader();
            if (search(folder.loader(), own, " in " + folder)) {
                contributors.add(folder);
            }
        }
        found.forEach(this::accept);
    }

    /**
     * Looks at all that one class loader finds.
     *
     * @param wanted which of them to look at
     * @param where what to say of where a class is sought that is not found
     * @return whether there is one, good or broken
     */
    private boolean search(ClassLoader loader, Predicate<Class<?>> wanted, String where) {
        Spliterator<ServiceLoader.Provider<S>> candidates =
                ServiceLoader.load(service, loader).stream().spliterator();
        boolean[] any = {false};
        boolean more = true;
        for (int failures = 0; more && failures < MOST_FAILURES; ) {
            try {
                more = candidates.tryAdvance(candidate -> {
                    if (wanted.test(candidate.type())) {
                        any[0] = true;
                        open(candidate);
                    }
                });
            } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
                failures++;
                any[0] = true;
                Optional<String> failed = failedClass(e);
                refuse(
                        failed.orElse(service.getSimpleName()),
                        failed.orElse("of an unknown class") + where,
                        "cannot be loaded: " + reason(e));
            }
        }
        return any[0];
    }

    /** Whether a plugin says that it has something of this kind, good or broken. */
    boolean isServedBy(PluginFolder folder) {
        return contributors.contains(folder);
    }

    Optional<S> get(String name) {
        return Optional.ofNullable(plugins.get(name));
    }

    Map<String, S> plugins() {
        return plugins;
    }

    List<ProviderHealth> broken() {
        return broken;
    }

    private void open(ServiceLoader.Provider<S> candidate) {
        String name = candidate.type().getName();
        try {
            S plugin = candidate.get();
            name = Objects.requireNonNull(nameOf.apply(plugin), "its type is null");
            inspection.accept(plugin);
            found.computeIfAbsent(name, n -> new ArrayList<>()).add(plugin);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Exception | Error e) {
            refuse(name, candidate.type().getName() + place(candidate.type()), "cannot be used: " + reason(e));
        }
    }

    private void accept(String name, List<S> claimants) {
        if (claimants.size() == 1) {
            plugins.put(name, claimants.get(0));
            return;
        }
        List<String> origins = claimants.stream()
                .map(plugin -> plugin.getClass().getName() + origin(plugin.getClass()))
                .toList();
        refuse(
                name,
                "type " + name,
                "is claimed by " + String.join(" and ", origins)
                        + "; none of them is used, as nothing says which is meant: remove all but one");
    }

    private void refuse(String name, String plugin, String why) {
        String message = "the " + service.getSimpleName() + " " + plugin + " " + why;
        broken.add(ProviderHealth.builder(name, name, ProviderHealth.Status.UNUSABLE)
                .messages(List.of(message))
                .build());
    }

    /** Where a class of a plugin's folder is; of others their own names tell. */
    private static String place(Class<?> type) {
        return type.getClassLoader() instanceof PluginLoader ? origin(type) : "";
    }

    private static String origin(Class<?> type) {
        var source = type.getProtectionDomain().getCodeSource();
        return source == null || source.getLocation() == null ? "" : " in " + source.getLocation();
    }

    private Optional<String> failedClass(Throwable e) {
        Matcher matcher = FAILED.matcher(withoutService(e));
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private String withoutService(Throwable e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.replace(service.getName() + ": ", "");
    }

    private String reason(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        Optional<String> mismatch = PluginMismatch.explain(e);
        if (mismatch.isPresent()) {
            return mismatch.get();
        }
        // These say all in their message.
        boolean plain = root instanceof ServiceConfigurationError
                || root instanceof IllegalArgumentException
                || root instanceof NullPointerException;
        String kind = root.getClass().getSimpleName();
        return plain || root.getMessage() == null ? withoutService(root) : kind + ": " + root.getMessage();
    }
}
