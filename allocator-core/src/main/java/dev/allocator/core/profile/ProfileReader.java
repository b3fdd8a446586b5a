package dev.allocator.core.profile;

import dev.allocator.Keep;
import dev.allocator.Profile;
import dev.allocator.core.config.CheckedSettings;
import dev.allocator.core.config.Problems;
import dev.allocator.core.config.SettingsReader;
import dev.allocator.core.config.UserPaths;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.ConfigNode.Kind;
import dev.allocator.spi.Location;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Turns merged nodes and profiles from code into checked profiles. For one thread. */
final class ProfileReader {

    /**
     * A profile.
     *
     * @param resolved the profile, with what could be found out
     * @param unusable why no machine can be made of it here, with its place; empty if one can
     */
    record Outcome(ResolvedProfile resolved, Optional<String> unusable) {}

    private final Providers providers;
    private final SetupReader setups;
    private final LoginReader logins;
    private final ShareReader shares;
    private final Problems problems;

    ProfileReader(
            Providers providers,
            SetupReader setups,
            UserPaths paths,
            Function<Location, Path> base,
            Problems problems) {
        this.providers = providers;
        this.setups = setups;
        this.logins = new LoginReader(paths, base, problems);
        this.shares = new ShareReader(paths, base, problems);
        this.problems = problems;
    }

    /** Reads a profile of a file; nothing if it is abstract, wrong beyond use, or extends what is missing. */
    Optional<Outcome> read(Inheritance.Merged merged) {
        Definition definition = merged.definition();
        String what = "profile '" + definition.name() + "'";
        if (definition.node().kind() != Kind.SECTION && !definition.node().isNull()) {
            problems.add(
                    definition.node().location(),
                    what + " must be a section of keys, not " + SettingsReader.found(definition.node()));
            return Optional.empty();
        }
        boolean partial = !merged.complete() || isAbstract(merged.node());
        Optional<String> provider = provider(definition, merged.node(), partial);
        Optional<ProviderFactory> factory = provider.flatMap(providers::factory);
        ConfigNode node = factory.isPresent() ? merged.node() : commonOnly(merged.node());
        List<SettingsSchema> schemas = new ArrayList<>();
        factory.ifPresent(f -> schemas.add(f.profileSettings()));
        schemas.add(ProfileKeys.COMMON);
        CheckedSettings settings = new SettingsReader(problems, partial)
                .read(
                        new SettingsReader.Section(what, definition.location(), node),
                        ProfileKeys.READ_ELSEWHERE,
                        schemas);
        Profile.Builder profile = Profile.named(definition.name(), provider.orElse("none"));
        setCommon(profile, settings, node);
        node.get("setup").ifPresent(setup -> setups.read(setup).forEach(profile::setup));
        new ReadinessReader(problems).read(node).ifPresent(profile::readiness);
        shares.read(node).forEach(profile::share);
        if (partial || provider.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> badKey = logins.read(node, settings, profile);
        settings.withoutSecrets().forEach((key, value) -> {
            if (ProfileKeys.COMMON.setting(key).isEmpty()) {
                profile.setting(key, value);
            }
        });
        Optional<String> unusable = factory.isPresent()
                ? badKey
                : Optional.of(settings.location("provider") + ": " + what + " cannot be used: "
                        + providers.whyMissing(
                                provider.get(),
                                node.get("provider").map(ConfigNode::source).orElse(provider.get())));
        ResolvedProfile resolved =
                new ResolvedProfile(profile.build(), settings, definition.location(), LoginReader.command(settings));
        return Optional.of(new Outcome(resolved, unusable));
    }

    /** Reads a profile of code, which may be of any provider. */
    Outcome read(Profile profile) {
        return read(profile, new Location("profile '" + profile.name() + "' in code", 0, 0));
    }

    /** Reads a profile that was made in code elsewhere. */
    Outcome read(Profile profile, Location location) {
        String what = "profile '" + profile.name() + "'";
        ConfigNode node = new CodeNodes(location, problems).section(profile);
        Optional<ProviderFactory> factory = providers.factory(profile.provider());
        List<SettingsSchema> schemas = new ArrayList<>();
        factory.ifPresent(f -> schemas.add(f.profileSettings()));
        schemas.add(ProfileKeys.COMMON);
        CheckedSettings settings = new SettingsReader(problems, false)
                .read(
                        new SettingsReader.Section(what, location, factory.isPresent() ? node : commonOnly(node)),
                        Set.of(),
                        schemas);
        Optional<String> unusable = factory.isPresent()
                ? Optional.empty()
                : Optional.of(location + ": it cannot be used: "
                        + providers.whyMissing(profile.provider(), profile.provider()));
        return new Outcome(new ResolvedProfile(profile, settings, location), unusable);
    }

    /** Whether it says so, in a way that can be understood; if it cannot, the settings reader reports that. */
    static boolean isAbstract(ConfigNode profile) {
        return profile.get("abstract")
                .map(node -> Set.of("true", "yes", "on").contains(node.text().toLowerCase(Locale.ROOT)))
                .orElse(false);
    }

    private Optional<String> provider(Definition definition, ConfigNode node, boolean partial) {
        Optional<ConfigNode> named = node.get("provider").filter(value -> !value.isNull());
        if (named.isPresent()) {
            return named.filter(value -> value.kind() == Kind.SCALAR).map(ConfigNode::text);
        }
        // Who extends an abstract profile may still choose another one than the default.
        Optional<String> single = partial ? Optional.empty() : providers.byDefault();
        String what = "profile '" + definition.name() + "'";
        if (single.isEmpty() && !partial && !problems.misspelt(node, what, "provider")) {
            Set<String> candidates = providers.candidates();
            problems.add(
                    definition.location(),
                    what + " needs 'provider': "
                            + (candidates.isEmpty()
                                    ? "none is configured and no provider plugin is " + providers.places()
                                    : "one of " + String.join(", ", candidates)));
        }
        return single;
    }

    private static ConfigNode commonOnly(ConfigNode node) {
        Set<String> common = new LinkedHashSet<>(ProfileKeys.READ_ELSEWHERE);
        ProfileKeys.COMMON.settings().forEach(setting -> common.add(setting.name()));
        List<Entry> entries = node.entries().stream()
                .filter(entry -> common.contains(entry.key()))
                .toList();
        return ConfigNode.section(node.location(), entries);
    }

    private void setCommon(Profile.Builder profile, CheckedSettings settings, ConfigNode node) {
        settings.string("image").ifPresent(profile::image);
        settings.string("arch").ifPresent(profile::arch);
        settings.size("memory").ifPresent(profile::memory);
        settings.size("disk").ifPresent(profile::disk);
        settings.string("network").ifPresent(network -> {
            if (NetworkName.isValid(network)) {
                profile.network(network);
            } else {
                wrong(node, "network", "a name of " + NetworkName.FORM);
            }
        });
        settings.map("labels").forEach(profile::label);
        settings.string("keep").ifPresent(keep -> profile.keep(Keep.valueOf(keep.toUpperCase(Locale.ROOT))));
        settings.list("collect").forEach(path -> {
            if (path.startsWith("/") && path.chars().noneMatch(Character::isISOControl)) {
                profile.collect(path);
            } else {
                wrong(node, "collect", "absolute paths in the machine");
            }
        });
        settings.integer("cpu").ifPresent(cpu -> {
            if (cpu >= 1 && cpu <= 1024) {
                profile.cpu(cpu.intValue());
            } else {
                wrong(node, "cpu", "1 to 1024");
            }
        });
        settings.integer("limit").ifPresent(limit -> {
            if (limit >= 1 && limit <= Integer.MAX_VALUE) {
                profile.limit(limit.intValue());
            } else {
                wrong(node, "limit", "1 or more");
            }
        });
        settings.duration("ttl").ifPresent(ttl -> setPositive("ttl", ttl, node, profile::ttl));
        settings.duration("timeout").ifPresent(timeout -> setPositive("timeout", timeout, node, profile::timeout));
    }

    private void setPositive(String key, Duration value, ConfigNode node, Consumer<Duration> setter) {
        if (value.isZero()) {
            wrong(node, key, "more than zero");
        } else {
            setter.accept(value);
        }
    }

    private void wrong(ConfigNode node, String key, String expected) {
        node.get(key)
                .ifPresent(value -> problems.add(
                        value.location(),
                        "'" + key + "' must be " + expected + ", not " + Problems.quote(value.source())));
    }
}
