package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.Lease;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Restarts a machine's system. */
@Command(
        name = "reboot",
        description =
                "Restart a machine's system; done once its user can log in again. The lease and its address stay.",
        footerHeading = "%nExample:%n",
        footer = "  allocator reboot 127.0.0.1:40123 --timeout 10m")
final class RebootCommand implements Runnable {

    private final RootCommand root;

    @Parameters(paramLabel = LeaseSearch.LABEL, description = LeaseSearch.DESCRIPTION)
    private String name = "";

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "5m",
            description = "How long it may take (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ZERO;

    RebootCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        try (Allocator allocator = root.open();
                Progress progress = new Progress(name, root)) {
            Lease lease = new LeaseSearch(allocator).require(name);
            progress.say("restarting its system");
            progress.follow(allocator);
            lease.reboot(timeout);
        }
    }
}
