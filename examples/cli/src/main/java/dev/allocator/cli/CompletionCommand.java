package dev.allocator.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what makes a shell complete this program's command lines. */
@Command(
        name = "completion",
        description = "Print a script that makes a shell complete commands, options, profiles and machines.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  allocator completion bash > ~/.local/share/bash-completion/completions/allocator",
            "  allocator completion zsh > /usr/local/share/zsh/site-functions/_allocator",
            "  allocator completion fish > ~/.config/fish/completions/allocator.fish"
        })
final class CompletionCommand implements Runnable {

    private final RootCommand root;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "One of: bash, zsh, fish.")
    private @Nullable CompletionScript shell;

    CompletionCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        CompletionModel model =
                CompletionModel.of(Objects.requireNonNull(spec, "spec").parent().commandLine());
        root.surroundings().out().print(Objects.requireNonNull(shell, "shell").write(model));
    }
}
