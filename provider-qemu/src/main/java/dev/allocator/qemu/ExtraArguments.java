package dev.allocator.qemu;

import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderException;
import java.util.List;
import java.util.Set;

/** Arguments of the user's own, but for those that would take the machine out of the provider's hands. */
final class ExtraArguments {

    private static final Set<String> REFUSED = Set.of(
            "name",
            "uuid",
            "daemonize",
            "qmp",
            "qmp-pretty",
            "pidfile",
            "S",
            "preconfig",
            "incoming",
            "loadvm",
            "runas",
            "run-with",
            "chroot",
            "sandbox",
            "snapshot");

    private ExtraArguments() {}

    static List<String> of(MachineSpec spec) throws ProviderException {
        List<String> arguments = spec.settings().list("qemu-args");
        for (String argument : arguments) {
            String option = argument.replaceFirst("^--?", "");
            if (argument.startsWith("-") && REFUSED.contains(option)) {
                throw new ProviderException(spec.settings().location("qemu-args") + ": qemu-args: " + argument
                        + " is not possible, as the provider has to start, know and end QEMU itself");
            }
        }
        return arguments;
    }
}
