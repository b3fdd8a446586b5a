package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.LeaseInfo;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the leases that have not ended. */
@Command(name = "list", description = "Show the leases, those of other processes too.")
final class ListCommand implements Runnable {

    private final RootCommand root;

    @Option(names = "--json", description = "As one JSON document.")
    private boolean json;

    ListCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        try (Allocator allocator = root.open()) {
            List<LeaseInfo> leases = allocator.leases();
            String text = json ? LeaseJson.write(leases) : LeaseTable.write(leases, Instant.now());
            root.surroundings().out().print(text);
        }
    }
}
