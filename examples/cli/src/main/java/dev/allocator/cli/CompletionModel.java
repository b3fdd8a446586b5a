package dev.allocator.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What can follow what on a command line, read off the commands themselves.
 *
 * @param commands all but hidden ones, in the order of the help
 */
record CompletionModel(List<Command> commands) {

    /** Nothing that could be known. */
    static final String TEXT = "text";

    /**
     * A command.
     *
     * @param names the first one is shown, the others are aliases
     * @param description its first sentence
     * @param options those of all commands too
     * @param words the kind of each positional word
     * @param repeated whether any number of words like the last one follow
     */
    record Command(
            List<String> names, String description, List<Option> options, List<String> words, boolean repeated) {}

    /**
     * An option.
     *
     * @param names such as {@code -q} and {@code --quiet}
     * @param description its first sentence
     * @param kind the kind of its value, or empty if it has none
     */
    record Option(List<String> names, String description, String kind) {}

    static CompletionModel of(CommandLine program) {
        return new CompletionModel(Set.copyOf(program.getSubcommands().values()).stream()
                .map(CommandLine::getCommandSpec)
                .filter(command -> !command.usageMessage().hidden())
                .sorted(Comparator.comparing(CommandSpec::name))
                .map(CompletionModel::command)
                .toList());
    }

    private static Command command(CommandSpec command) {
        return new Command(
                command.names().stream()
                        .sorted(Comparator.comparing(name -> !name.equals(command.name())))
                        .toList(),
                sentence(command.usageMessage().description()),
                command.options().stream()
                        .filter(option -> !option.hidden())
                        .map(CompletionModel::option)
                        .toList(),
                command.positionalParameters().stream()
                        .map(CompletionModel::kind)
                        .toList(),
                command.positionalParameters().stream()
                        .anyMatch(word -> word.arity().max() > 1));
    }

    private static Option option(OptionSpec option) {
        return new Option(
                List.of(option.names()),
                sentence(option.description()),
                option.arity().max() == 0 ? "" : kind(option));
    }

    /** By what the help calls the value: it says to people what it says to us. */
    private static String kind(ArgSpec argument) {
        if (argument.completionCandidates() != null) {
            return "words "
                    + StreamSupport.stream(argument.completionCandidates().spliterator(), false)
                            .map(word -> word.toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(" "));
        }
        return switch (argument.paramLabel()) {
            case LeaseSearch.LABEL -> "leases";
            case "PROFILE" -> "profiles";
            case "COMMAND" -> "commands";
            case "FILE", "DIR" -> "files";
            case "SRC", "DST" -> "paths";
            default -> TEXT;
        };
    }

    private static String sentence(String[] description) {
        String text = String.join(" ", description).replaceAll("%n", " ");
        return text.replaceFirst("[.;:,(] .*|\\.$", "").strip();
    }
}
