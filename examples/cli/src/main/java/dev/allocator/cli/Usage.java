package dev.allocator.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line how a command line was misused, without repeating a word that may be a password. */
final class Usage {

    private Usage() {}

    static String describe(ParameterException problem) {
        if (problem instanceof UnmatchedArgumentException unmatched) {
            return describe(unmatched);
        }
        String message = problem.getMessage();
        return message == null ? "wrong usage" : Failures.squeeze(message);
    }

    private static String describe(UnmatchedArgumentException problem) {
        CommandLine command = problem.getCommandLine();
        if (command.getCommandName().equals(AllocateCommand.NAME)) {
            return "an option that 'allocate' does not have, or a word after PASSWORD"
                    + "; a password that starts with '-' goes after '--', or in ALLOCATOR_PASSWORD";
        }
        String word = problem.getUnmatched().get(0);
        if (word.startsWith("-")) {
            return "unknown option '" + Failures.squeeze(word.replaceFirst("=.*", "")) + "'";
        }
        if (command.getParent() != null) {
            return "unexpected word '" + Failures.squeeze(word) + "'";
        }
        return "unknown command '" + Failures.squeeze(word) + "'"
                + problem.getSuggestions().stream()
                        .filter(similar -> similar.regionMatches(0, word, 0, 1))
                        .findFirst()
                        .map(similar -> "; did you mean '" + similar + "'?")
                        .orElse("");
    }

    static String helpFor(CommandLine command) {
        return "allocator help" + (command.getParent() == null ? "" : " " + command.getCommandName());
    }
}
