package dev.allocator.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Explains the program or one of its commands. */
@Command(
        name = "help",
        description = "Explain a command.",
        footerHeading = "%nExample:%n",
        footer = "  allocator help allocate")
final class HelpCommand implements Runnable {

    private final RootCommand root;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "The command; without one all are listed.")
    private String command = "";

    HelpCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        CommandLine program = Objects.requireNonNull(spec, "spec").parent().commandLine();
        explained(program).usage(root.surroundings().out());
    }

    private CommandLine explained(CommandLine program) {
        if (command.isEmpty()) {
            return program;
        }
        CommandLine explained = program.getSubcommands().get(command);
        if (explained == null) {
            throw new ParameterException(program, "unknown command '" + Failures.squeeze(command) + "'");
        }
        return explained;
    }
}
