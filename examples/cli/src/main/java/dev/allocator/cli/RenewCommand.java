package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.Lease;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Sets when a lease ends by itself. */
@Command(name = "renew", description = "Let a machine live for this long from now on; prints when it ends then (UTC).")
final class RenewCommand implements Runnable {

    private final RootCommand root;

    @Parameters(
            index = "0",
            paramLabel = "ADDR|ID",
            description = "The machine's address (without a port: 22), or the lease's id or its first 8 characters.")
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
            Instant end = lease.info().expires().orElseThrow().truncatedTo(ChronoUnit.SECONDS);
            root.surroundings().out().println(end);
        }
    }
}
