package dev.allocator.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Writes what makes a shell complete command lines; lists are in it, profiles and addresses it asks the program for. */
enum CompletionScript {
    /** Also for {@code bash} without the package bash-completion. */
    BASH {
        @Override
        String write(CompletionModel model) {
            return resource("words.sh").replace("@TABLES@\n", tables(model)) + resource("completion.bash");
        }
    },
    /** To be a file {@code _allocator} in the {@code fpath}, or to be read in. */
    ZSH {
        @Override
        String write(CompletionModel model) {
            return "#compdef allocator spread-adhoc-allocator\n"
                    + resource("words.sh").replace("@TABLES@\n", tables(model)) + resource("completion.zsh");
        }
    },
    FISH {
        @Override
        String write(CompletionModel model) {
            return FishScript.write(model);
        }
    };

    abstract String write(CompletionModel model);

    /** Functions that bash and zsh read alike. */
    private static String tables(CompletionModel model) {
        StringBuilder text = new StringBuilder();
        text.append("_allocator_commands() { echo '")
                .append(model.commands().stream()
                        .map(command -> command.names().get(0))
                        .collect(Collectors.joining(" ")))
                .append("'; }\n\n# COMMAND: its options\n_allocator_options() {\n    case $1 in\n");
        for (CompletionModel.Command command : model.commands()) {
            line(text, pattern(command), String.join(" ", names(command.options())));
        }
        line(text, "*", String.join(" ", names(common(model))));
        next(text, "COMMAND OPTION: the kind of its value; nothing if it has none", "value");
        for (CompletionModel.Command command : model.commands()) {
            command.options().stream()
                    .filter(option -> !option.kind().isEmpty() && !common(model).contains(option))
                    .forEach(option -> line(text, optionPattern(command, option), option.kind()));
        }
        common(model).stream()
                .filter(option -> !option.kind().isEmpty())
                .forEach(option -> line(
                        text,
                        option.names().stream().map(name -> "*' " + name + "'").collect(Collectors.joining(" | ")),
                        option.kind()));
        next(text, "COMMAND NUMBER: the kind of its word, the first being 0", "word");
        for (CompletionModel.Command command : model.commands()) {
            for (int i = 0; i < command.words().size(); i++) {
                boolean last = i == command.words().size() - 1;
                String number = last && command.repeated() ? "*" : "' " + i + "'";
                String kind = command.words().get(i);
                line(
                        text,
                        command.names().stream().map(name -> name + number).collect(Collectors.joining(" | ")),
                        kind);
            }
        }
        return text.append("    esac\n}\n").toString();
    }

    private static void next(StringBuilder text, String comment, String function) {
        text.append("""
                    esac
                }

                # %s
                _allocator_%s() {
                    case "$1 $2" in
                """.formatted(comment, function));
    }

    /** Those that the help of every command has. */
    private static List<CompletionModel.Option> common(CompletionModel model) {
        List<CompletionModel.Option> first = model.commands().get(0).options();
        return first.stream()
                .filter(option -> model.commands().stream()
                        .allMatch(command -> command.options().contains(option)))
                .toList();
    }

    private static List<String> names(List<CompletionModel.Option> options) {
        return options.stream().flatMap(option -> option.names().stream()).toList();
    }

    private static String pattern(CompletionModel.Command command) {
        return String.join(" | ", command.names());
    }

    private static String optionPattern(CompletionModel.Command command, CompletionModel.Option option) {
        return command.names().stream()
                .flatMap(name -> option.names().stream().map(word -> "'" + name + " " + word + "'"))
                .collect(Collectors.joining(" | "));
    }

    private static void line(StringBuilder text, String pattern, String words) {
        text.append("        ").append(pattern).append(") echo '").append(words).append("' ;;\n");
    }

    private static String resource(String name) {
        try (InputStream in = CompletionScript.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the program's own jar", e);
        }
    }
}
