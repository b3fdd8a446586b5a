package dev.allocator.lxd.crash;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.Secret;
import dev.allocator.event.PhaseStarted;
import dev.allocator.lxd.LxdHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Allocates and discards a container, and dies on the way. Arguments: the instant, LXD's socket and the project; the
 * state directory is {@code state} in the working directory.
 */
final class KilledProgram {

    private KilledProgram() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of("").toAbsolutePath();
        Killer killer = new Killer(folder, Instant.valueOf(arguments[0]));
        Profile profile = Profile.named("demo", "lxd")
                .image(LxdHost.IMAGE)
                .setting("vm", false)
                .setup(killer.instant() == Instant.IN_SETUP ? "sleep 2" : "true")
                .readiness(Readiness.command(killer.instant() == Instant.IN_READY_CHECK ? "sleep 2" : "true"))
                .build();
        AllocatorOptions options = AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(folder.resolve("state"))
                .plugin(new KillingFactory(killer, Path.of(arguments[1]), arguments[2]))
                .provider("lxd", "lxd", Map.of("socket", arguments[1], "project", arguments[2]))
                .profile(profile)
                .build();
        AllocationRequest request = AllocationRequest.forProfile("demo")
                .credentials("root", Secret.of("other"))
                .build();
        try (Allocator allocator = Allocator.open(options)) {
            allocator.on(PhaseStarted.class, event -> {
                if (killer.instant().phase().equals(Optional.of(event.phase()))) {
                    CompletableFuture.delayedExecutor(killer.instant().delay().toMillis(), TimeUnit.MILLISECONDS)
                            .execute(() -> killer.reached(killer.instant()));
                }
            });
            Lease lease = allocator.allocate(request);
            killer.reached(Instant.READY_NOT_PRINTED);
            lease.discard();
        }
        Files.createFile(folder.resolve("not-killed"));
    }
}
