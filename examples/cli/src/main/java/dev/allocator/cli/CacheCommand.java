package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.CacheEntry;
import dev.allocator.DataSize;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what was downloaded or made for later, and removes it. */
@Command(
        name = "cache",
        description = "Show what is kept for later machines, such as downloaded images (du), or remove what no machine"
                + " uses now (prune).",
        footerHeading = "%nExamples:%n",
        footer = {"  allocator cache du", "  allocator cache prune --older-than 30d"})
final class CacheCommand implements Runnable {

    enum Action {
        DU,
        PRUNE
    }

    private final RootCommand root;

    @Parameters(paramLabel = "ACTION", description = "One of: du, prune.")
    private @Nullable Action action;

    @Option(
            names = "--older-than",
            paramLabel = "DURATION",
            description = "With prune: only what was not used for that long (default: all that is not in use).")
    private @Nullable Duration olderThan;

    @Option(names = "--json", description = "As one JSON document.")
    private boolean json;

    CacheCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        boolean prune = Objects.requireNonNull(action, "action") == Action.PRUNE;
        if (!prune && olderThan != null) {
            throw CommandFailure.misuse("--older-than is for 'cache prune'");
        }
        try (Allocator allocator = root.open()) {
            List<CacheEntry> entries =
                    prune ? allocator.pruneCache(olderThan == null ? Duration.ZERO : olderThan) : allocator.cache();
            root.surroundings().out().print(json ? json(allocator, entries, prune) : text(allocator, entries, prune));
        }
    }

    private String text(Allocator allocator, List<CacheEntry> entries, boolean prune) {
        Table table = new Table(List.of("SIZE", "LAST USED", "IN USE", "WHAT", "FILE"));
        entries.forEach(entry -> table.add(List.of(
                rough(entry.size().bytes()),
                entry.lastUsed().truncatedTo(ChronoUnit.SECONDS).toString(),
                entry.inUse() ? "yes" : "no",
                Failures.squeeze(entry.name()),
                entry.path().toString())));
        String sum = rough(total(entries));
        return table.write(root.surroundings().colours(), 0, size -> size)
                + (prune ? "removed " + sum + " from " : sum + " in ") + allocator.cacheDirectory() + "\n";
    }

    private static long total(List<CacheEntry> entries) {
        return entries.stream().map(CacheEntry::size).mapToLong(DataSize::bytes).sum();
    }

    private static String rough(long bytes) {
        return (bytes + (1 << 20) - 1) / (1 << 20) + "MiB";
    }

    private static String json(Allocator allocator, List<CacheEntry> entries, boolean prune) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("directory", allocator.cacheDirectory().toString());
        fields.put("bytes", total(entries));
        fields.put(
                prune ? "removed" : "entries",
                entries.stream().map(CacheCommand::fields).toList());
        return Json.write(fields) + "\n";
    }

    private static Map<String, Object> fields(CacheEntry entry) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", entry.name());
        fields.put("file", entry.path().toString());
        fields.put("bytes", entry.size().bytes());
        fields.put("lastUsed", entry.lastUsed().truncatedTo(ChronoUnit.SECONDS).toString());
        fields.put("inUse", entry.inUse());
        return fields;
    }
}
