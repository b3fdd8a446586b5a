package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.Durations;
import dev.allocator.Lease;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a machine live on whatever becomes of the program that allocated it. */
@Command(
        name = "keep",
        description = "Let a machine outlive the program that allocated it, so that somebody can look at it;"
                + " prints the command that logs in and the one that destroys it.",
        footerHeading = "%nExample:%n",
        footer = "  allocator keep 127.0.0.1:40123 --ttl 8h")
final class KeepCommand implements Runnable {

    private final RootCommand root;

    @Parameters(paramLabel = LeaseSearch.LABEL, description = LeaseSearch.DESCRIPTION)
    private String name = "";

    @Option(
            names = "--ttl",
            paramLabel = "DURATION",
            defaultValue = "2h",
            description = "How long from now on (default: ${DEFAULT-VALUE}).")
    private Duration ttl = Duration.ZERO;

    KeepCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        try (Allocator allocator = root.open()) {
            Lease lease = new LeaseSearch(allocator).require(name);
            lease.keep(ttl);
            if (!root.quiet()) {
                root.surroundings()
                        .err()
                        .println("allocator: lease " + lease.id() + " is kept for " + Durations.format(ttl));
            }
            String id = lease.id().value().substring(0, LeaseSearch.SHORT_ID);
            root.surroundings().out().println(root.self() + " ssh " + id);
            root.surroundings().out().println(root.self() + " discard " + id);
        }
    }
}
