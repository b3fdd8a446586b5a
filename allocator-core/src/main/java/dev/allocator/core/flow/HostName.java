package dev.allocator.core.flow;

import dev.allocator.MachineId;
import dev.allocator.Profile;
import java.util.Locale;

/** A host name by RFC 1123 that people recognise. */
final class HostName {

    private static final int READABLE = 50;

    private HostName() {}

    static String of(Profile profile, MachineId machine) {
        String name = profile.name()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        return (name.length() > READABLE ? name.substring(0, READABLE) : name) + "-"
                + machine.value().substring(0, 8);
    }
}
