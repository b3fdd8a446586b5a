package dev.allocator.script.adhoc;

import dev.allocator.script.hook.HookTimes;
import dev.allocator.spi.Location;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An instance's settings.
 *
 * @param allocate the script that makes a machine
 * @param discard the script that takes it back; empty: nothing has to be done
 * @param backend {@code $SPREAD_BACKEND}
 * @param directory where they run
 * @param times how long they may run
 * @param places where each script was written, by its key
 */
record AdhocSettings(
        String allocate,
        String discard,
        String backend,
        Path directory,
        HookTimes times,
        Map<String, Location> places) {

    static final String ALLOCATE = "allocate";
    static final String DISCARD = "discard";

    private static final List<String> OF_COMMANDS = List.of("create", "destroy", "list", "check");

    /** Reads them; complains about all that is wrong with them at once. */
    static AdhocSettings of(ProviderContext context) throws ProviderException {
        Settings settings = context.settings();
        List<String> problems = new ArrayList<>();
        for (String key : OF_COMMANDS) {
            if (settings.string(key).isPresent()) {
                problems.add(settings.location(key) + ": '" + key + "' belongs to 'contract: commands'; this is"
                        + " 'contract: adhoc', which has 'allocate' and 'discard'");
            }
        }
        String allocate = settings.string(ALLOCATE).orElse("").strip();
        if (allocate.isEmpty()) {
            problems.add(settings.location(ALLOCATE)
                    + ": 'contract: adhoc' needs 'allocate', the script that makes a machine");
        }
        if (!problems.isEmpty()) {
            throw new ProviderException(String.join("; ", problems));
        }
        return new AdhocSettings(
                allocate,
                settings.string(DISCARD).orElse("").strip(),
                settings.string("backend").orElse(context.instance()),
                context.resolve(settings.string("directory").orElse("."), settings.location("directory"))
                        .toAbsolutePath()
                        .normalize(),
                HookTimes.of(settings),
                Map.of(ALLOCATE, settings.location(ALLOCATE), DISCARD, settings.location(DISCARD)));
    }
}
