package dev.allocator.script.commands;

import dev.allocator.script.hook.HookTimes;
import dev.allocator.spi.Location;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of one instance.
 *
 * @param create makes a machine
 * @param destroy takes it back
 * @param list lists machines, if there is such a command
 * @param check looks at one machine, if there is such a command
 * @param times how long they may run
 */
record CommandSettings(
        ShellLine create, ShellLine destroy, Optional<ShellLine> list, Optional<ShellLine> check, HookTimes times) {

    private static final Map<String, String> REQUIRED = Map.of("create", "makes a machine", "destroy", "takes it back");

    /**
     * Reads them; complains about all that is wrong with them at once.
     *
     * @throws ProviderException if a command is missing or there are some of the other contract
     */
    static CommandSettings of(ProviderContext context) throws ProviderException {
        Settings settings = context.settings();
        List<String> problems = new ArrayList<>();
        for (String foreign : List.of("allocate", "discard", "backend")) {
            if (settings.string(foreign).isPresent()) {
                problems.add(settings.location(foreign) + ": '" + foreign
                        + "' belongs to 'contract: adhoc'; this is 'contract: commands', which has 'create', 'destroy',"
                        + " 'list' and 'check'");
            }
        }
        for (String action : List.of("create", "destroy", "list", "check")) {
            Optional<String> text = settings.string(action);
            if (text.isPresent() && text.get().isBlank()) {
                problems.add(settings.location(action) + ": '" + action + "' is empty");
            } else if (text.isEmpty() && REQUIRED.containsKey(action)) {
                problems.add(settings.location(action) + ": 'contract: commands' needs '" + action
                        + "', the shell line that " + REQUIRED.get(action));
            }
        }
        if (!problems.isEmpty()) {
            throw new ProviderException(String.join("; ", problems));
        }
        return new CommandSettings(
                line(context, "create").orElseThrow(),
                line(context, "destroy").orElseThrow(),
                line(context, "list"),
                line(context, "check"),
                HookTimes.of(settings));
    }

    private static Optional<ShellLine> line(ProviderContext context, String action) {
        Location location = context.settings().location(action);
        return context.settings()
                .string(action)
                .map(text -> new ShellLine(action, text, location, directory(context, location)));
    }

    private static Path directory(ProviderContext context, Location location) {
        return context.settings()
                .string("directory")
                .map(path -> context.resolve(path, context.settings().location("directory")))
                .orElseGet(() -> context.resolve(".", location));
    }

    /** All commands. */
    List<ShellLine> lines() {
        List<ShellLine> all = new ArrayList<>(List.of(create, destroy));
        list.ifPresent(all::add);
        check.ifPresent(all::add);
        return all;
    }
}
