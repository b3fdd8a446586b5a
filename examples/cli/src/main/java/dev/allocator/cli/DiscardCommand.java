package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.EndedLease;
import dev.allocator.Lease;
import dev.allocator.LeaseInfo;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Ends a lease and destroys its machine. */
@Command(
        name = "discard",
        aliases = "deallocate",
        description = "Destroy a machine. One that is gone already is no failure.",
        footerHeading = "%nExample:%n",
        footer = "  allocator discard 127.0.0.1:40123")
final class DiscardCommand implements Runnable {

    private final RootCommand root;

    @Parameters(paramLabel = LeaseSearch.LABEL, description = LeaseSearch.DESCRIPTION)
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
                requireSameSystem(lease.get().info());
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

    /**
     * The scripts of spread know nothing but an address, which may be that of another machine by now. Whoever names a
     * lease by its id means that one.
     */
    private void requireSameSystem(LeaseInfo lease) {
        Optional<SpreadSystem> here = SpreadSystem.of(
                root.surroundings().environment(), root.surroundings().directory());
        Optional<SpreadSystem> there = SpreadSystem.of(lease.labels());
        if (here.isEmpty() || here.equals(there) || LeaseSearch.isId(name)) {
            return;
        }
        throw new CommandFailure("the machine at " + name + " was allocated "
                + there.map(system -> "for " + system).orElse("outside of spread") + ", not for " + here.get()
                + "; to discard it anyway: allocator discard "
                + lease.id().value().substring(0, LeaseSearch.SHORT_ID));
    }
}
