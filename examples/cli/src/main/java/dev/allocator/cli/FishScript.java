package dev.allocator.cli;

/** Completion for fish, whose scripts are lists of what can be completed where. */
final class FishScript {

    private FishScript() {}

    static String write(CompletionModel model) {
        StringBuilder text = new StringBuilder("""
                # Completion for allocator; made by 'allocator completion fish'.
                complete -c spread-adhoc-allocator -w allocator
                complete -c allocator -f
                """);
        for (CompletionModel.Command command : model.commands()) {
            String name = command.names().get(0);
            text.append("complete -c allocator -n __fish_use_subcommand -a ")
                    .append(name)
                    .append(" -d ")
                    .append(quoted(command.description()))
                    .append('\n');
            String here =
                    "complete -c allocator -n '__fish_seen_subcommand_from " + String.join(" ", command.names()) + "'";
            command.options()
                    .forEach(option -> text.append(here).append(option(option)).append('\n'));
            command.words().stream()
                    .distinct()
                    .filter(kind -> !kind.equals(CompletionModel.TEXT))
                    .forEach(kind ->
                            text.append(here).append(values(kind, model)).append('\n'));
        }
        return text.toString();
    }

    private static String option(CompletionModel.Option option) {
        StringBuilder text = new StringBuilder();
        for (String name : option.names()) {
            text.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        if (!option.kind().isEmpty()) {
            text.append(option.kind().equals("files") ? " -r -F" : " -x");
            if (option.kind().startsWith("words ")) {
                text.append(" -a ").append(quoted(option.kind().substring("words ".length())));
            }
        }
        return text.append(" -d ").append(quoted(option.description())).toString();
    }

    private static String values(String kind, CompletionModel model) {
        return switch (kind) {
            case "files" -> " -F";
            case "paths" -> " -F -a '(allocator complete leases 2>/dev/null | string replace -r \\$ :)'";
            case "commands" ->
                " -a "
                        + quoted(String.join(
                                " ",
                                model.commands().stream()
                                        .map(command -> command.names().get(0))
                                        .toList()));
            case "profiles", "leases" -> " -a '(allocator complete " + kind + " 2>/dev/null)'";
            default -> " -a " + quoted(kind.replaceFirst("^words ", ""));
        };
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
