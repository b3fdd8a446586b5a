package dev.allocator.script.crash;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Allocates and discards a machine of scripts, and dies on the way. Arguments: the contract and the instant; the state
 * directory is {@code state} in the working directory, where the scripts run.
 */
final class KilledProgram {

    private KilledProgram() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of("").toAbsolutePath();
        Contract contract = Contract.valueOf(arguments[0]);
        Instant instant = Instant.valueOf(arguments[1]);
        Killer killer = new Killer(folder, instant);
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("INSTANT", instant.name());
        environment.put("OWNER", Long.toString(ProcessHandle.current().pid()));
        AllocatorOptions options = AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(folder.resolve("state"))
                .environment(environment)
                .plugin(new KillingFactory(killer, contract.creating()))
                .provider("cloud", "script", settings(contract, folder))
                .profile(Profile.named("demo", "cloud")
                        .readiness(Readiness.none())
                        .build())
                .build();
        try (Allocator allocator = Allocator.open(options)) {
            Lease lease = allocator.allocate("demo");
            killer.reached(Instant.READY);
            lease.discard();
        }
        Files.createFile(folder.resolve("not-killed"));
    }

    private static Map<String, Object> settings(Contract contract, Path folder) {
        Map<String, Object> settings = new HashMap<>(contract.settings());
        settings.put("directory", folder.toString());
        return settings;
    }
}
