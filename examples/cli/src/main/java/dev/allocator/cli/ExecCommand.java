package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.Command;
import dev.allocator.CommandTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a command in a machine; this program's streams and exit status are the command's. */
@picocli.CommandLine.Command(
        name = ExecCommand.NAME,
        description = "Run a command in a machine. Exits as the command does; 124: it took too long; 255: no log-in.",
        footerHeading = "%nExample:%n",
        footer = "  allocator exec 127.0.0.1:40123 --root -- apt-get update")
final class ExecCommand implements Callable<Integer> {

    static final String NAME = "exec";

    /** As {@code timeout(1)} does. */
    private static final int TIMED_OUT = 124;

    private final RootCommand root;

    @Parameters(index = "0", paramLabel = LeaseSearch.LABEL, description = LeaseSearch.DESCRIPTION)
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "CMD",
            preprocessor = RemainingWords.class,
            description = "The program and its arguments, which no shell changes.")
    private List<String> words = new ArrayList<>();

    @Option(names = "--root", description = "As root instead of the lease's user.")
    private boolean asRoot;

    @Option(names = "--timeout", paramLabel = "DURATION", description = "Terminate it after that time (default: 10m).")
    private @Nullable Duration timeout;

    ExecCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        try (Allocator allocator = root.open()) {
            return new LeaseSearch(allocator).require(name).exec(command()).exitStatus();
        } catch (CommandTimeoutException e) {
            root.surroundings().err().println("allocator: " + Failures.reason(e));
            return TIMED_OUT;
        }
    }

    private Command command() {
        Surroundings surroundings = root.surroundings();
        Command command = Command.of(words.toArray(String[]::new))
                .stdin(surroundings.in())
                .stdout(surroundings.out())
                .stderr(surroundings.err());
        if (asRoot) {
            command = command.asRoot();
        }
        return timeout == null ? command : command.timeout(timeout);
    }
}
