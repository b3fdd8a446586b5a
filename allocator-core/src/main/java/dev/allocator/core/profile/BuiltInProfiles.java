package dev.allocator.core.profile;

import dev.allocator.Profile;
import dev.allocator.core.config.Problems;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Location;
import dev.allocator.spi.ProviderFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The profiles that provider types bring along, for names that neither file nor program defines. A plugin whose profiles
 * cannot be had loses them, nothing else. For one thread.
 */
final class BuiltInProfiles {

    /** Marks them; its value is the provider's type. */
    static final String LABEL = "builtin";

    private static final Logger LOG = LoggerFactory.getLogger(BuiltInProfiles.class);

    private final Map<String, Profile> profiles = new TreeMap<>();
    private final Map<String, String> ambiguous = new TreeMap<>();

    /** @param taken names that files and the program define */
    BuiltInProfiles(Plugins plugins, Providers providers, Set<String> taken) {
        Map<String, List<Profile>> offered = new TreeMap<>();
        for (String type : new TreeSet<>(plugins.providerTypes())) {
            boolean usable = providers
                    .get(type)
                    .filter(instance -> instance.type().equals(type))
                    .isPresent(); // else an instance of another type has that name
            if (usable) {
                plugins.provider(type).stream()
                        .flatMap(factory -> offered(type, factory).stream())
                        .filter(profile -> !taken.contains(profile.name()))
                        .forEach(profile -> offered.computeIfAbsent(profile.name(), name -> new ArrayList<>())
                                .add(profile));
            }
        }
        offered.forEach(this::accept);
    }

    private static List<Profile> offered(String type, ProviderFactory factory) {
        try {
            return factory.profiles().stream()
                    .map(profile -> profile.toBuilder().label(LABEL, type).build())
                    .toList();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("the profiles that are built into the provider type {} cannot be had: {}", type, e.toString());
            return List.of();
        }
    }

    private void accept(String name, List<Profile> offers) {
        Set<String> types = new LinkedHashSet<>();
        offers.forEach(offer -> types.add(String.valueOf(offer.labels().get(LABEL))));
        if (types.size() == 1) {
            profiles.put(name, offers.get(0));
        } else {
            ambiguous.put(
                    name,
                    "the profile '" + name + "' is built into the provider types " + String.join(" and ", types)
                            + ", so that neither is used: define a profile of that name that says which 'provider' it is");
        }
    }

    /** Names that several types claim, and that they do. */
    Map<String, String> ambiguous() {
        return ambiguous;
    }

    /** What a file's profile inherits that extends one: all but log-in, setup steps, readiness and the mark. */
    Map<String, Definition> definitions() {
        Map<String, Definition> definitions = new LinkedHashMap<>();
        profiles.forEach((name, profile) -> {
            Map<String, Object> labels = new LinkedHashMap<>(profile.labels());
            labels.remove(LABEL);
            Map<String, Object> values = new LinkedHashMap<>(profile.settings());
            values.put("provider", profile.provider());
            values.put("labels", labels);
            profile.image().ifPresent(image -> values.put("image", image));
            profile.arch().ifPresent(arch -> values.put("arch", arch));
            profile.cpu().ifPresent(cpu -> values.put("cpu", cpu));
            profile.memory().ifPresent(memory -> values.put("memory", memory));
            profile.disk().ifPresent(disk -> values.put("disk", disk));
            profile.network().ifPresent(network -> values.put("network", network));
            profile.ttl().ifPresent(ttl -> values.put("ttl", ttl));
            profile.timeout().ifPresent(timeout -> values.put("timeout", timeout));
            profile.limit().ifPresent(limit -> values.put("limit", limit));
            Location location = location(name);
            ConfigNode node = new CodeNodes(location, new Problems()).section(values);
            definitions.put(name, new Definition(name, location, node));
        });
        return definitions;
    }

    /** Those that can be read. */
    Map<String, ProfileReader.Outcome> read(Function<Problems, ProfileReader> readers) {
        Map<String, ProfileReader.Outcome> read = new LinkedHashMap<>();
        profiles.forEach((name, profile) -> {
            Problems problems = new Problems();
            ProfileReader.Outcome outcome = readers.apply(problems).read(profile, location(name));
            if (problems.isEmpty()) {
                read.put(name, outcome);
            } else {
                LOG.warn("the built-in {} is wrong: {}", profile, problems.toList());
            }
        });
        return read;
    }

    private static Location location(String name) {
        return new Location("built-in profile '" + name + "'", 0, 0);
    }
}
