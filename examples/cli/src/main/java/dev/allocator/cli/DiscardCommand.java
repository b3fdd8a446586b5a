package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.EndedLease;
import dev.allocator.Lease;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Ends a lease and destroys its machine. */
@Command(
        name = "discard",
        aliases = "deallocate",
        description = "Destroy a machine. One that is gone already is no failure.")
final class DiscardCommand implements Runnable {

    private final RootCommand root;

    @Parameters(
            paramLabel = "ADDR|ID",
            description = "The machine's address (without a port: 22), or the lease's id or its first 8 characters.")
    private String name = "";

    DiscardCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        try (Allocator allocator = root.open()) {
            LeaseSearch search = new LeaseSearch(allocator);
            Optional<Lease> lease = search.find(name);
            if (lease.isPresent()) {
                lease.get().discard();
                return;
            }
            EndedLease ended = search.ended(name).orElseThrow(() -> search.unknown(name));
            if (!root.quiet()) {
                Instant at = ended.ended().truncatedTo(ChronoUnit.SECONDS);
                root.surroundings().err().println("allocator: lease " + ended.id() + " ended already, at " + at);
            }
        }
    }
}
