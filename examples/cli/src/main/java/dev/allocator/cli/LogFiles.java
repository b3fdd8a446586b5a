package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.EndedLease;
import dev.allocator.Lease;
import dev.allocator.LeaseId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files with what is known of a machine, or was kept of an allocation that failed.
 *
 * @param lease the lease, if it goes on
 * @param files the files by the names that users call them
 */
record LogFiles(Optional<LeaseId> lease, Map<String, Path> files) {

    /**
     * Those of a lease by its address or id, or of an ended one.
     *
     * @throws CommandFailure if the lease is not known, or nothing was kept of it
     */
    static LogFiles of(Allocator allocator, String name) {
        LeaseSearch search = new LeaseSearch(allocator);
        Optional<Lease> lease = search.find(name);
        if (lease.isPresent()) {
            Map<String, Path> files = new LinkedHashMap<>();
            List<Path> logs = lease.get().logs();
            Optional<Path> kept = allocator.evidence(lease.get().id());
            logs.forEach(file -> files.put(name(file, kept), file));
            return new LogFiles(lease.map(Lease::id), files);
        }
        LeaseId id =
                search.ended(name).map(EndedLease::id).or(() -> wholeId(name)).orElseThrow(() -> search.unknown(name));
        Path folder = allocator
                .evidence(id)
                .orElseThrow(() -> new CommandFailure("nothing was kept of lease '" + Failures.squeeze(name)
                        + "': files stay only of an allocation that failed, for seven days"));
        return new LogFiles(Optional.empty(), in(folder));
    }

    /** Files that were collected may be called the same, in several folders. */
    private static String name(Path file, Optional<Path> folder) {
        return folder.filter(file::startsWith)
                .map(whole -> whole.relativize(file).toString())
                .orElseGet(() -> String.valueOf(file.getFileName()));
    }

    private static Optional<LeaseId> wholeId(String name) {
        try {
            return Optional.of(new LeaseId(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a part of one, or an address
        }
    }

    private static Map<String, Path> in(Path folder) {
        Map<String, Path> files = new LinkedHashMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(Files::isRegularFile)
                    .sorted()
                    .forEach(file -> files.put(folder.relativize(file).toString(), file));
            return files;
        } catch (IOException | UncheckedIOException e) {
            throw new CommandFailure("cannot read " + folder + ": " + e.getMessage());
        }
    }

    /**
     * The file of that name, or the only one whose name begins so.
     *
     * @throws CommandFailure if there is none, or several; names all there are
     */
    Path require(String name) {
        if (files.containsKey(name)) {
            return files.get(name);
        }
        List<Path> similar = files.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(name))
                .map(Map.Entry::getValue)
                .toList();
        if (similar.size() == 1) {
            return similar.get(0);
        }
        throw new CommandFailure((similar.isEmpty() ? "no file '" : "several files '") + Failures.squeeze(name)
                + "'; there is " + (files.isEmpty() ? "none" : String.join(", ", files.keySet())));
    }
}
