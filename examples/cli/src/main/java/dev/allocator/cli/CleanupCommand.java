package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.CleanupReport;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.CleanupRequest;
import java.io.PrintStream;
import java.util.concurrent.Callable;
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

    CleanupCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        try (Allocator allocator = root.open()) {
            CleanupReport report =
                    allocator.cleanup(dryRun ? CleanupRequest.everything().dryRun() : CleanupRequest.everything());
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

    private String word(Outcome outcome) {
        return switch (outcome) {
            case DESTROYED -> dryRun ? "would destroy" : "destroyed";
            case FAILED -> "cannot destroy";
            case LEFT -> "left";
        };
    }
}
