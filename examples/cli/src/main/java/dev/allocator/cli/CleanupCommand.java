package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.AllocatorException;
import dev.allocator.CleanupReport;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.CleanupRequest;
import dev.allocator.Lease;
import dev.allocator.LeaseInfo;
import dev.allocator.RealmId;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Destroys what nobody uses any more. */
@Command(
        name = "cleanup",
        description = "Destroy machines whose lease has expired, whose owner is dead, or that have no record.",
        footerHeading = "%nExample:%n",
        footer = "  allocator cleanup --dry-run")
final class CleanupCommand implements Callable<Integer> {

    private final RootCommand root;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Option(
            names = "--expired",
            description = "Only end leases that are over; no provider is asked for machines without a record.")
    private boolean leasesOnly;

    @Option(names = "--all", description = "Discard all leases of the state directory first, whoever uses them.")
    private boolean all;

    @Option(
            names = "--realm",
            paramLabel = "ID",
            description = "Destroy the machines of this realm that have no record here, and nothing else."
                    + " Only those that a dry run with the same realm showed within the last hour are destroyed.")
    private @Nullable String realm;

    CleanupCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        CleanupRequest request = request();
        try (Allocator allocator = root.open()) {
            PrintStream out = root.surroundings().out();
            boolean discarded = !all || discardAll(allocator, out);
            CleanupReport report = allocator.cleanup(request);
            for (CleanupReport.Entry entry : report.entries()) {
                out.println(word(entry.outcome()) + " " + Failures.squeeze(entry.subject() + ": " + entry.reason()));
            }
            if (report.entries().isEmpty() && !all) {
                out.println("nothing to clean up");
            }
            boolean failed = report.entries().stream().anyMatch(entry -> entry.outcome() == Outcome.FAILED);
            return failed || !discarded ? 1 : 0;
        }
    }

    /** Whether it worked for each of them. */
    private boolean discardAll(Allocator allocator, PrintStream out) {
        boolean discarded = true;
        for (LeaseInfo lease : allocator.leases()) {
            String subject = "lease " + lease.id() + ": " + lease.profile()
                    + lease.address().map(address -> " at " + address).orElse("");
            try {
                if (!dryRun) {
                    allocator.lease(lease.id()).ifPresent(Lease::discard);
                }
                out.println(word(Outcome.DESTROYED) + " " + subject);
            } catch (AllocatorException e) {
                discarded = false;
                out.println(word(Outcome.FAILED) + " " + Failures.squeeze(subject + ": " + e.getMessage()));
            }
        }
        return discarded;
    }

    private CleanupRequest request() {
        CleanupRequest request = CleanupRequest.everything();
        if (all && (leasesOnly || realm != null)) {
            throw CommandFailure.misuse("--all goes with neither --expired nor --realm");
        }
        if (realm != null) {
            if (leasesOnly) {
                throw CommandFailure.misuse("--expired and --realm exclude each other: one is about leases only, the"
                        + " other about machines without one");
            }
            try {
                request = request.realm(new RealmId(realm));
            } catch (IllegalArgumentException e) {
                throw CommandFailure.misuse(
                        "--realm: " + e.getMessage() + "; 'cleanup --dry-run' shows those of others");
            }
        }
        if (leasesOnly) {
            request = request.leasesOnly();
        }
        return dryRun ? request.dryRun() : request;
    }

    private String word(Outcome outcome) {
        return switch (outcome) {
            case DESTROYED -> dryRun ? "would destroy" : "destroyed";
            case FAILED -> "cannot destroy";
            case LEFT -> "left";
        };
    }
}
