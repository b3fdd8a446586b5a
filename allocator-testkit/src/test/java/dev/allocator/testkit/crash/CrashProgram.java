package dev.allocator.testkit.crash;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Credentials;
import dev.allocator.Keep;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.Secret;
import dev.allocator.Share;
import dev.allocator.core.WrappedStoreEngine;
import dev.allocator.testkit.ProcessProviderFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Plays a scenario and dies on the way.
 *
 * <p>Arguments: the folder of the run, the scenario, and where to die. The folder gets the file {@code steps}, and
 * {@code started} and {@code ended} once the scenario has.
 */
final class CrashProgram {

    /** How long a detached machine lives. */
    static final Duration TTL = Duration.ofSeconds(8);

    private CrashProgram() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Steps steps = new Steps(folder.resolve("steps"), Steps.Death.parse(arguments[2]));
        Files.createFile(folder.resolve("started"));
        AllocatorOptions options = AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(folder.resolve("state"))
                .plugin(new SteppingProviderFactory(new ProcessProviderFactory(), steps))
                .profile(cheap().toBuilder().limit(1000).build()) // so that room is taken and given back
                .profile(member("member", folder).build())
                .profile(member("broken", folder)
                        .setup(GuestProvider.FAILING_STEP)
                        .keep(Keep.FAILED)
                        .ttl(TTL)
                        .build())
                .build();
        try (Allocator allocator = WrappedStoreEngine.open(options, store -> new SteppingStore(store, steps))) {
            Scenario.valueOf(arguments[1]).play(allocator);
        }
        Files.createFile(folder.resolve("ended"));
    }

    /** A machine with a seat in a network, and a share of the host's. */
    private static Profile.Builder member(String name, Path folder) {
        return Profile.named(name, "process")
                .readiness(Readiness.none())
                .login(Credentials.password("nobody", Secret.of("nothing")))
                .network("lan")
                .share(new Share(folder, "/mnt/share", true))
                .setup("true");
    }

    /** A machine with an address and secrets, so that all that can be recorded is. */
    static Profile cheap() {
        return Profile.named("cheap", "process")
                .readiness(Readiness.none())
                .login(Credentials.password("nobody", Secret.of("nothing")))
                .setting("address", true)
                .ttl(TTL)
                .build();
    }
}
