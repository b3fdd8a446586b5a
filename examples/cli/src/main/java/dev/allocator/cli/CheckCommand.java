package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.ProviderHealth;
import dev.allocator.ProviderHealth.Status;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says whether allocations can work here, and if not, why. */
@Command(
        name = "check",
        description = "Check the configuration, the state directory and each provider.",
        footerHeading = "%nExample:%n",
        footer = "  allocator check --json")
final class CheckCommand implements Callable<Integer> {

    private final RootCommand root;

    @Option(names = "--json", description = "As one JSON document.")
    private boolean json;

    CheckCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        try (Allocator allocator = root.open()) {
            List<ProviderHealth> providers = allocator.health();
            if (json) {
                root.surroundings().out().println(json(allocator, providers));
            } else {
                show(allocator, providers);
            }
            boolean broken = providers.stream().anyMatch(each -> each.status() == Status.UNUSABLE);
            return broken || providers.isEmpty() ? 1 : 0;
        }
    }

    private String json(Allocator allocator, List<ProviderHealth> providers) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("configuration", allocator.configFiles());
        fields.put("state", allocator.stateDirectory().orElse(null));
        fields.put("profiles", names(allocator));
        fields.put("plugins", root.surroundings().plugins().plugins());
        fields.put("providers", providers.stream().map(CheckCommand::fields).toList());
        return Json.write(fields);
    }

    private static Map<String, Object> fields(ProviderHealth health) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", health.name());
        fields.put("type", health.type());
        fields.put("status", health.status().name().toLowerCase(Locale.ROOT));
        fields.put("messages", health.messages());
        return fields;
    }

    private void show(Allocator allocator, List<ProviderHealth> providers) {
        line(
                "configuration",
                joined(allocator.configFiles().stream().map(Path::toString).toList(), "no file found"));
        line("state", allocator.stateDirectory().map(Path::toString).orElse("not in the file system"));
        line("profiles", joined(names(allocator), "none"));
        showPlugins(root.surroundings().plugins());
        if (providers.isEmpty()) {
            line("providers", "none");
        }
        providers.forEach(this::show);
    }

    /** Those that were put somewhere; of places only those that the user named. */
    private void showPlugins(PluginPlaces places) {
        for (Path folder : places.folders()) {
            List<Path> plugins = PluginPlaces.plugins(folder);
            plugins.forEach(plugin -> line("plugin", plugin.toString()));
            if (plugins.isEmpty() && places.named()) {
                line("plugin", "none in " + folder + (Files.isDirectory(folder) ? "" : ", which does not exist"));
            }
        }
    }

    private static List<String> names(Allocator allocator) {
        return allocator.profiles().stream().map(each -> each.name()).toList();
    }

    private void show(ProviderHealth health) {
        Colours colours = root.surroundings().colours();
        String verdict = switch (health.status()) {
            case HEALTHY -> colours.good("OK");
            case DEGRADED -> colours.doubtful("works, with a drawback");
            case UNUSABLE -> colours.bad("cannot be used");
        };
        line("provider", health.name() + " (" + health.type() + "): " + verdict);
        health.messages().forEach(message -> line("", Failures.squeeze(message)));
        if (health.status() != Status.HEALTHY) {
            health.messages().stream()
                    .flatMap(message -> Trouble.of(message).stream())
                    .distinct()
                    .forEach(trouble -> line("", "see " + root.surroundings().section(trouble)));
        }
    }

    private static String joined(List<String> names, String none) {
        return names.isEmpty() ? none : names.stream().collect(Collectors.joining(", "));
    }

    private void line(String what, String text) {
        PrintStream out = root.surroundings().out();
        out.println(what + " ".repeat("configuration  ".length() - what.length()) + text);
    }
}
