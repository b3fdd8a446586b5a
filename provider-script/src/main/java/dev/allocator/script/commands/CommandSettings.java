package dev.allocator.script.commands;

import dev.allocator.script.hook.HookTimes;
import dev.allocator.spi.Location;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    /**
     * Reads them.
     *
     * @throws ProviderException if a command is missing or there are some of the other contract
     */
    static CommandSettings of(ProviderContext context) throws ProviderException {
        Settings settings = context.settings();
        for (String foreign : List.of("allocate", "discard", "backend")) {
            if (settings.string(foreign).isPresent()) {
                throw new ProviderException(settings.location(foreign) + ": '" + foreign
                        + "' belongs to 'contract: adhoc'; with 'contract: commands' there are create, destroy, list"
                        + " and check");
            }
        }
        return new CommandSettings(
                required(context, "create"),
                required(context, "destroy"),
                line(context, "list"),
                line(context, "check"),
                HookTimes.of(settings));
    }

    private static ShellLine required(ProviderContext context, String action) throws ProviderException {
        return line(context, action)
                .orElseThrow(() -> new ProviderException(context.settings().location(action) + ": provider '"
                        + context.instance() + "' has no '" + action
                        + "', the shell line that " + (action.equals("create") ? "makes a machine" : "takes it back")));
    }

    private static Optional<ShellLine> line(ProviderContext context, String action) throws ProviderException {
        Settings settings = context.settings();
        Optional<String> text = settings.string(action);
        Location location = settings.location(action);
        if (text.isPresent() && text.get().isBlank()) {
            throw new ProviderException(location + ": '" + action + "' is empty");
        }
        return text.map(line -> new ShellLine(action, line, location, directory(context, location)));
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
