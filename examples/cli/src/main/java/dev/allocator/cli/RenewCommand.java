package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.Lease;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Sets when a lease ends by itself. */
@Command(
        name = "renew",
        description = "Let a machine live for this long from now on; prints when it ends then (UTC).",
        footerHeading = "%nExample:%n",
        footer = "  allocator renew 127.0.0.1:40123 90m")
final class RenewCommand implements Runnable {

    private final RootCommand root;

    @Parameters(index = "0", paramLabel = LeaseSearch.LABEL, description = LeaseSearch.DESCRIPTION)
    private String name = "";

    @Parameters(index = "1", paramLabel = "DURATION", description = "Such as 90m, 1h30m or 2d.")
    private Duration ttl = Duration.ZERO;

    RenewCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        try (Allocator allocator = root.open()) {
            Lease lease = new LeaseSearch(allocator).require(name);
            lease.renew(ttl);
            // While the spread runs that it is for, it has no end; this one counts afterwards.
            Instant end = lease.info()
                    .expires()
                    .orElseGet(() -> Instant.now().plus(ttl))
                    .truncatedTo(ChronoUnit.SECONDS);
            root.surroundings().out().println(end);
        }
    }
}
