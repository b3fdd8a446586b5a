package dev.allocator.core.spread;

import dev.allocator.HostAndPort;
import dev.allocator.core.config.Interpolation;
import dev.allocator.core.config.Problems;
import dev.allocator.core.config.TextFile;
import dev.allocator.core.config.YamlReader;
import dev.allocator.core.process.ProcessIdentity;
import dev.allocator.spi.ConfigNode;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a project's {@code .spread-reuse.yaml} ({@code spread -reuse}) and {@code .spread-reuse.PID.yaml} (any other
 * run, and {@code spread -reuse-pid}) say of a machine. A running spread holds the flock of its file for its whole life;
 * it is never taken here, as that would make a starting spread wait.
 *
 * <p>The form, by spread/reuse.go: {@code backends: {NAME: {systems: [{SYSTEM: {password: …, address: …}}]}}}.
 */
public final class ReuseFiles {

    private static final Pattern NAMES = Pattern.compile("\\.spread-reuse\\.([0-9]+\\.)?yaml");
    private static final String LASTING = ".spread-reuse.yaml";

    private ReuseFiles() {}

    /**
     * What becomes of a machine after the end of the spread that allocated it.
     *
     * @param user a living spread that goes on with it
     * @param kept whether a later {@code spread -reuse} may go on with it, which it may as long as that is not known
     */
    public record Use(Optional<ProcessIdentity> user, boolean kept) {}

    /** Looks for an address in the files of a project. */
    public static Use of(Path project, HostAndPort address) {
        boolean kept = false;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(project, ".spread-reuse.*")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (NAMES.matcher(name).matches()) {
                    Optional<List<HostAndPort>> listed = addresses(file);
                    if (listed.isPresent() && listed.get().contains(address)) {
                        Optional<ProcessIdentity> user = FileLocks.holder(file);
                        if (user.isPresent()) {
                            return new Use(user, true);
                        }
                        kept |= name.equals(LASTING);
                    }
                    kept |= listed.isEmpty() && name.equals(LASTING);
                }
            }
            return new Use(Optional.empty(), kept);
        } catch (IOException | DirectoryIteratorException e) {
            return new Use(Optional.empty(), true);
        }
    }

    /** The addresses in a file, or nothing if that is not known. */
    private static Optional<List<HostAndPort>> addresses(Path file) {
        try {
            // While it rewrites the file, which is empty then, spread keeps the new content beside it; it is valid
            // then.
            Path coming = file.resolveSibling(file.getFileName() + ".new");
            String before = TextFile.read(file);
            Path valid = Files.exists(coming) ? coming : file;
            Problems problems = new Problems();
            Optional<ConfigNode> root = YamlReader.read(valid, Interpolation.none(), problems);
            if (root.isEmpty() || !problems.isEmpty() || !TextFile.read(file).equals(before)) {
                return Optional.empty();
            }
            return Optional.of(addresses(root.get()));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<HostAndPort> addresses(ConfigNode root) {
        List<HostAndPort> addresses = new ArrayList<>();
        for (ConfigNode backend : values(root.get("backends"))) {
            for (ConfigNode system :
                    backend.get("systems").map(ConfigNode::items).orElse(List.of())) {
                for (ConfigNode server : values(Optional.of(system))) {
                    server.get("address")
                            .filter(address -> !address.text().isEmpty())
                            .ifPresent(address -> addresses.add(HostAndPort.parse(address.text(), 22)));
                }
            }
        }
        return addresses;
    }

    private static List<ConfigNode> values(Optional<ConfigNode> section) {
        return section.map(ConfigNode::entries).orElse(List.of()).stream()
                .map(ConfigNode.Entry::value)
                .toList();
    }
}
