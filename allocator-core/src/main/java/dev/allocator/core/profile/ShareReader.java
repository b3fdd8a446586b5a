package dev.allocator.core.profile;

import dev.allocator.Share;
import dev.allocator.core.config.CheckedSettings;
import dev.allocator.core.config.Problems;
import dev.allocator.core.config.SettingsReader;
import dev.allocator.core.config.UserPaths;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Kind;
import dev.allocator.spi.Location;
import dev.allocator.spi.SettingsSchema;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code shares}: one or a list, each {@code {host, guest, readonly}} or {@code HOST:GUEST}, then maybe {@code :ro}. */
final class ShareReader {

    private static final SettingsSchema SHARE = SettingsSchema.empty()
            .required("host", SettingsSchema.Kind.STRING, "a folder of this host")
            .required("guest", SettingsSchema.Kind.STRING, "where it is in the machine")
            .optional("readonly", SettingsSchema.Kind.BOOLEAN, "whether the machine cannot change anything in it");

    private static final Pattern SHORT = Pattern.compile("([^:]+):([^:]+)(:ro|:rw)?");

    private final UserPaths paths;
    private final Function<Location, Path> base;
    private final Problems problems;

    ShareReader(UserPaths paths, Function<Location, Path> base, Problems problems) {
        this.paths = paths;
        this.base = base;
        this.problems = problems;
    }

    List<Share> read(ConfigNode profile) {
        Optional<ConfigNode> shares = profile.get("shares").filter(node -> !node.isNull());
        if (shares.isEmpty()) {
            return List.of();
        }
        List<Share> read = new ArrayList<>();
        for (ConfigNode item : shares.get().kind() == Kind.LIST ? shares.get().items() : List.of(shares.get())) {
            switch (item.kind()) {
                case SCALAR -> fromText(item).ifPresent(read::add);
                case SECTION -> fromSection(item).ifPresent(read::add);
                case LIST -> problems.add(item.location(), "a share must be a section or HOST:GUEST, not a list");
            }
        }
        return read;
    }

    private Optional<Share> fromText(ConfigNode item) {
        Matcher matcher = SHORT.matcher(item.text());
        if (!matcher.matches()) {
            problems.add(
                    item.location(),
                    "a share must be {host: FOLDER, guest: PATH} or HOST:GUEST, maybe with :ro, not "
                            + Problems.quote(item.source()));
            return Optional.empty();
        }
        return share(matcher.group(1), item, matcher.group(2), item, ":ro".equals(matcher.group(3)));
    }

    private Optional<Share> fromSection(ConfigNode item) {
        CheckedSettings share = new SettingsReader(problems, false)
                .read(new SettingsReader.Section("a share", item.location(), item), Set.of(), List.of(SHARE));
        Optional<String> host = share.string("host");
        Optional<String> guest = share.string("guest");
        if (host.isEmpty() || guest.isEmpty()) {
            return Optional.empty();
        }
        return share(
                host.get(),
                item.get("host").orElseThrow(),
                guest.get(),
                item.get("guest").orElseThrow(),
                share.bool("readonly").orElse(false));
    }

    private Optional<Share> share(
            String host, ConfigNode hostNode, String guest, ConfigNode guestNode, boolean readOnly) {
        Path folder;
        try {
            folder = paths.resolve(host, base.apply(hostNode.location()));
        } catch (InvalidPathException e) {
            problems.add(hostNode.location(), "no folder can be called " + Problems.quote(hostNode.source()));
            return Optional.empty();
        }
        try {
            return Optional.of(new Share(folder, guest, readOnly));
        } catch (IllegalArgumentException e) {
            problems.add(
                    guestNode.location(),
                    "'guest' must be an absolute path other than / in the machine, not "
                            + Problems.quote(guestNode.source()));
            return Optional.empty();
        }
    }
}
