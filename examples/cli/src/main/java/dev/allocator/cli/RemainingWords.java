package dev.allocator.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** Takes all words from a command's first one on as they are, so that its options are not taken for ours. */
final class RemainingWords implements IParameterPreprocessor {

    @Override
    @SuppressWarnings({"JdkObsolete", "PMD.LooseCoupling"})
    public boolean preprocess(Stack<String> args, CommandSpec command, ArgSpec argument, Map<String, Object> info) {
        List<String> words = new ArrayList<>();
        while (!args.isEmpty()) {
            words.add(args.pop());
        }
        argument.setValue(words);
        return true;
    }
}
