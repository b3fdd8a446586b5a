package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.EndedLease;
import dev.allocator.LeaseInfo;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the leases: those that have not ended, or those that have. */
@Command(
        name = "list",
        description = "Show the leases, those of other processes too.",
        footerHeading = "%nExample:%n",
        footer = "  allocator list --ended --json")
final class ListCommand implements Runnable {

    private final RootCommand root;

    @Option(names = "--json", description = "As one JSON document.")
    private boolean json;

    @Option(names = "--ended", description = "Those that ended in the last 7 days, the latest first, and why.")
    private boolean ended;

    ListCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        try (Allocator allocator = root.open()) {
            String text = ended ? ended(allocator.ended()) : current(allocator.leases());
            root.surroundings().out().print(text);
        }
    }

    private String current(List<LeaseInfo> leases) {
        return json
                ? LeaseJson.write(leases)
                : LeaseTable.write(leases, Instant.now(), root.surroundings().colours());
    }

    private String ended(List<EndedLease> leases) {
        return json
                ? LeaseJson.writeEnded(leases)
                : EndedTable.write(leases, root.surroundings().colours());
    }
}
