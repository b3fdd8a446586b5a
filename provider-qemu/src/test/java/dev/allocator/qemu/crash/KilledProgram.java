package dev.allocator.qemu.crash;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Credentials;
import dev.allocator.DataSize;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.Secret;
import dev.allocator.event.PhaseStarted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Allocates and discards a QEMU machine, and dies on the way. Arguments: the instant and the image; the state directory
 * is {@code state} in the working directory. Programs in the folder {@code bin} there come first in {@code PATH}.
 */
final class KilledProgram {

    private KilledProgram() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of("").toAbsolutePath();
        Killer killer = new Killer(folder, Instant.valueOf(arguments[0]));
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        Profile.Builder profile = Profile.named("demo", "qemu")
                .image(arguments[1])
                .memory(DataSize.ofMebibytes(512))
                .login(Credentials.password("debian", Secret.of("debian")));
        boolean waits = killer.instant().needsGuest() || killer.instant() == Instant.REACHING;
        if (waits) {
            profile.setup("sleep 2").readiness(Readiness.command("sleep 2"));
        } else {
            profile.readiness(Readiness.none());
        }
        AllocatorOptions options = AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(folder.resolve("state"))
                .environment(environment)
                .plugin(new KillingFactory(killer))
                .provider("qemu", "qemu", Map.of("accel", "tcg"))
                .profile(profile.build())
                .build();
        AllocationRequest.Builder request = AllocationRequest.forProfile("demo");
        if (waits) {
            request.credentials("root", Secret.of("other"));
        }
        try (Allocator allocator = Allocator.open(options)) {
            allocator.on(PhaseStarted.class, event -> {
                if (killer.instant().phase().equals(Optional.of(event.phase()))) {
                    CompletableFuture.delayedExecutor(killer.instant().delay().toMillis(), TimeUnit.MILLISECONDS)
                            .execute(() -> killer.reached(killer.instant()));
                }
            });
            Lease lease = allocator.allocate(request.build());
            killer.reached(Instant.READY_NOT_PRINTED);
            lease.discard();
        }
        Files.createFile(folder.resolve("not-killed"));
    }
}
