package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.CleanupReport;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.CleanupRequest;
import dev.allocator.RealmId;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Destroys what nobody uses any more. */
@Command(
        name = "cleanup",
        description = "Destroy machines whose lease has expired, whose owner is dead, or that have no record.")
final class CleanupCommand implements Callable<Integer> {

    private final RootCommand root;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Option(
            names = "--expired",
            description = "Only end leases that are over; no provider is asked for machines without a record.")
    private boolean leasesOnly;

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
            CleanupReport report = allocator.cleanup(request);
            PrintStream out = root.surroundings().out();
            for (CleanupReport.Entry entry : report.entries()) {
                out.println(word(entry.outcome()) + " " + Failures.squeeze(entry.subject() + ": " + entry.reason()));
            }
            if (report.entries().isEmpty()) {
                out.println("nothing to clean up");
            }
            return report.entries().stream().anyMatch(entry -> entry.outcome() == Outcome.FAILED) ? 1 : 0;
        }
    }

    private CleanupRequest request() {
        CleanupRequest request = CleanupRequest.everything();
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
