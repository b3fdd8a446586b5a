package dev.allocator.script.fixed.sshd;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Who wants hosts. Each user leaves a folder on its host that it does not take away: only the clean-up does. Whoever
 * finds the folder of its slot there, or more folders than the host has slots, has found a second user.
 */
final class Users {

    /** What each does on a host, with the folder of marks, the host, the slot and the number of slots. */
    private static final String USE = """
            cd "$1" || exit 1
            mkdir "$2-$3" || echo "$2-$3 is in use" >>violations
            [ "$(ls -d "$2"-* | wc -l)" -le "$4" ] || echo "too many at $2" >>violations
            sleep 0.05
            echo "$2" >>used
            """;

    private Users() {}

    static AllocatorOptions options(Path folder) {
        return AllocatorOptions.builder()
                .configFile(folder.resolve("allocator.yaml"))
                .stateDirectory(folder.resolve("state"))
                .build();
    }

    /** Hosts {@code solo} with one slot and {@code trio} with three, for profiles {@code solo} and {@code any}. */
    static void configure(Path folder, RealSshd sshd) throws IOException {
        Files.createDirectory(folder.resolve("marks"));
        Files.writeString(folder.resolve("allocator.yaml"), """
                providers:
                  lab:
                    type: static
                    cleanup: cd marks && echo "$ALLOCATOR_HOST_NAME" >>cleaned && rmdir "$ALLOCATOR_HOST_NAME-$ALLOCATOR_HOST_SLOT"
                    hosts:
                      solo: {address: "%s", key: "%s", labels: {alone: "yes"}}
                      trio: {address: "%s", key: "%s", slots: 3}
                profiles:
                  solo: {provider: lab, labels: {alone: "yes"}}
                  any: {provider: lab}
                """.formatted(
                        sshd.address(0), sshd.key(), sshd.address(1), sshd.key()));
    }

    static Lease allocate(Allocator allocator, String profile) {
        return allocator.allocate(AllocationRequest.forProfile(profile)
                .timeout(Duration.ofMinutes(4))
                .build());
    }

    static void use(Lease lease, Path folder) {
        String host = lease.attributes().get("host");
        lease.exec(
                        "sh",
                        "-c",
                        USE,
                        "sh",
                        folder.resolve("marks").toString(),
                        host,
                        lease.attributes().get("slot"),
                        host.equals("solo") ? "1" : "3")
                .orThrow();
    }

    /** So many at once, every second of whom wants the exclusive host. */
    static void many(Allocator allocator, Path folder, int users) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(users);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < users; i++) {
                String profile = i % 2 == 0 ? "solo" : "any";
                all.add(threads.submit(() -> {
                    try (Lease lease = allocate(allocator, profile)) {
                        use(lease, folder);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get(5, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
