package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.ProviderHealth;
import dev.allocator.ProviderHealth.Status;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Says whether allocations can work here, and if not, why. */
@Command(name = "check", description = "Check the configuration, the state directory and each provider.")
final class CheckCommand implements Callable<Integer> {

    private final RootCommand root;

    CheckCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        try (Allocator allocator = root.open()) {
            line(
                    "configuration",
                    joined(allocator.configFiles().stream().map(Path::toString).toList(), "no file found"));
            line("state", allocator.stateDirectory().map(Path::toString).orElse("not in the file system"));
            line(
                    "profiles",
                    joined(
                            allocator.profiles().stream()
                                    .map(each -> each.name())
                                    .toList(),
                            "none"));
            List<ProviderHealth> providers = allocator.health();
            if (providers.isEmpty()) {
                line("providers", "none");
            }
            providers.forEach(this::show);
            boolean broken = providers.stream().anyMatch(each -> each.status() == Status.UNUSABLE);
            return broken || providers.isEmpty() ? 1 : 0;
        }
    }

    private void show(ProviderHealth health) {
        String verdict = switch (health.status()) {
            case HEALTHY -> "OK";
            case DEGRADED -> "works, with a drawback";
            case UNUSABLE -> "cannot be used";
        };
        line("provider", health.name() + " (" + health.type() + "): " + verdict);
        health.messages().forEach(message -> line("", Failures.squeeze(message)));
    }

    private static String joined(List<String> names, String none) {
        return names.isEmpty() ? none : names.stream().collect(Collectors.joining(", "));
    }

    private void line(String what, String text) {
        PrintStream out = root.surroundings().out();
        out.println(what + " ".repeat("configuration  ".length() - what.length()) + text);
    }
}
