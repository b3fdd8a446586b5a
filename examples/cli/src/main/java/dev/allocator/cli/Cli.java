package dev.allocator.cli;

import dev.allocator.Durations;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** The commands, and what their failures look like: a line for people, a status for programs. */
final class Cli {

    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    /** As {@code ssh} does, so that it differs from what the command in the machine returns. */
    private static final int FAILED_REMOTELY = 255;

    private final Surroundings surroundings;
    private final RootCommand root;
    private final CommandLine commands;

    Cli(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.root = new RootCommand(surroundings);
        this.commands = new CommandLine(root)
                .addSubcommand(new AllocateCommand(root))
                .addSubcommand(new DiscardCommand(root))
                .addSubcommand(new RenewCommand(root))
                .addSubcommand(new KeepCommand(root))
                .addSubcommand(new RebootCommand(root))
                .addSubcommand(new ListCommand(root))
                .addSubcommand(new ProfilesCommand(root))
                .addSubcommand(new SchemaCommand(root))
                .addSubcommand(new CleanupCommand(root))
                .addSubcommand(new CacheCommand(root))
                .addSubcommand(new CheckCommand(root))
                .addSubcommand(new ExecCommand(root))
                .addSubcommand(new SshCommand(root))
                .addSubcommand(new CopyCommand(root))
                .addSubcommand(new ForwardCommand(root))
                .addSubcommand(new LogsCommand(root))
                .addSubcommand(new DataCommand(root))
                .addSubcommand(new CompletionCommand(root))
                .addSubcommand(new CompleteCommand(root))
                .addSubcommand(new VersionCommand(root))
                .addSubcommand(new HelpCommand(root));
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        commands.setColorScheme(
                Help.defaultColorScheme(surroundings.colours().wanted() ? Help.Ansi.ON : Help.Ansi.OFF));
        commands.registerConverter(Duration.class, Cli::duration);
        commands.registerConverter(PortPair.class, Cli::ports);
        commands.setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8));
        commands.setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8));
        commands.setParameterExceptionHandler(this::misused);
        commands.setExecutionExceptionHandler(this::failed);
    }

    /** Runs one command line; the result is the process's exit status. */
    int run(String... args) {
        return commands.execute(args);
    }

    private int misused(ParameterException problem, String[] args) {
        CommandLine command = problem.getCommandLine();
        String name = command.getCommandName();
        String line = Usage.describe(problem) + " (see '" + Usage.helpFor(command) + "')";
        surroundings.err().println(prefix() + line);
        if (name.equals(AllocateCommand.NAME)) {
            surroundings.out().println(((AllocateCommand) command.getCommand()).failed(line));
        }
        return MISUSED;
    }

    private int failed(Exception failure, CommandLine command, ParseResult parsed) {
        String name = command.getCommandName();
        for (String line : Failures.details(failure, root.verbose())) {
            surroundings.err().println(prefix() + line);
        }
        Trouble.of(failure)
                .ifPresent(trouble -> surroundings.err().println(prefix() + "see " + surroundings.section(trouble)));
        if (name.equals(AllocateCommand.NAME)) {
            surroundings.out().println(((AllocateCommand) command.getCommand()).failed(Failures.reason(failure)));
        }
        if (failure instanceof CommandFailure misuse && misuse.isMisuse()) {
            return MISUSED;
        }
        return name.equals(ExecCommand.NAME) || name.equals(SshCommand.NAME) ? FAILED_REMOTELY : FAILED;
    }

    private String prefix() {
        return surroundings.errorColours().bad("allocator:") + " ";
    }

    private static PortPair ports(String text) {
        try {
            return PortPair.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static Duration duration(String text) {
        try {
            Duration duration = Durations.parse(text);
            if (duration.isZero()) {
                throw new TypeConversionException("must be more than zero");
            }
            return duration;
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
