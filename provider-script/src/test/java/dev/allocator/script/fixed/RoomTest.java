package dev.allocator.script.fixed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.DataSize;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random users of random hosts: never more at a host than it has. */
class RoomTest {

    private static final int HOSTS = 4;
    private static final int PROFILES = 6;
    private static final int USERS = 10;
    private static final int ROUNDS = 5;

    @TempDir
    Path folder;

    private final Map<String, Map<String, Long>> capacity = new HashMap<>();
    private final Map<String, Map<String, Long>> claims = new HashMap<>();
    private final Map<String, Map<String, Long>> taken = new HashMap<>(); // guarded by itself
    private final List<String> tooMuch = new ArrayList<>(); // guarded by taken

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void nobodyTakesMoreThanThereIs(long seed) throws Exception {
        Random random = new Random(seed);
        Lab lab = new Lab(folder);
        for (int i = 0; i < HOSTS; i++) {
            host(lab, "host" + i, random, i == 0);
        }
        AllocatorOptions.Builder options = AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(folder.resolve("state"))
                .provider("lab", "static", lab.settings());
        for (int i = 0; i < PROFILES; i++) {
            options.profile(profile("profile" + i, random));
        }
        ExecutorService threads = Executors.newFixedThreadPool(USERS);
        try (Allocator allocator = Allocator.open(options.build())) {
            List<CompletableFuture<Void>> users = new ArrayList<>();
            for (int i = 0; i < USERS; i++) {
                long own = random.nextLong();
                users.add(CompletableFuture.runAsync(() -> user(allocator, new Random(own)), threads));
            }
            for (CompletableFuture<Void> user : users) {
                user.get(4, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(tooMuch).as("seed %s", seed).isEmpty();
        assertThat(taken.keySet()).as("hosts that were used").hasSizeGreaterThan(1);
    }

    /** The first one is large enough for everybody alone. */
    private void host(Lab lab, String name, Random random, boolean large) {
        int slots = large ? 3 : 1 + random.nextInt(4);
        int cpu = large ? 8 : 2 + random.nextInt(7);
        int memory = large ? 4096 : 1024 + random.nextInt(4096);
        List<String> gpus = large || random.nextBoolean() ? List.of("A100", "A100") : List.of();
        lab.host(name, "slots", slots, "cpu", cpu, "memory", memory + "MiB", "gpus", gpus);
        capacity.put(name, Map.of("SLOT", (long) slots, "VCPU", (long) cpu, "MEMORY_MB", (long) memory, "GPU", (long)
                gpus.size()));
    }

    private Profile profile(String name, Random random) {
        int cpu = 1 + random.nextInt(4);
        int memory = 1 + random.nextInt(2048);
        int gpus = random.nextInt(3);
        claims.put(name, Map.of("SLOT", 1L, "VCPU", (long) cpu, "MEMORY_MB", (long) memory, "GPU", (long) gpus));
        return Profile.named(name, "lab")
                .cpu(cpu)
                .memory(DataSize.ofMebibytes(memory))
                .setting("gpus", List.of("a100", "A100").subList(0, gpus))
                .readiness(Readiness.none())
                .build();
    }

    private void user(Allocator allocator, Random random) {
        for (int i = 0; i < ROUNDS; i++) {
            String profile = "profile" + random.nextInt(PROFILES);
            try (Lease lease = allocator.allocate(AllocationRequest.forProfile(profile)
                    .timeout(Duration.ofMinutes(3))
                    .build())) {
                String host = lease.attributes().get("host");
                count(host, profile, 1);
                Thread.yield();
                count(host, profile, -1);
            }
        }
    }

    private void count(String host, String profile, int sign) {
        synchronized (taken) {
            Map<String, Long> there = taken.computeIfAbsent(host, name -> new TreeMap<>());
            claims.get(profile).forEach((resource, amount) -> there.merge(resource, sign * amount, Long::sum));
            there.forEach((resource, amount) -> {
                if (amount > capacity.get(host).get(resource)) {
                    tooMuch.add(host + " has " + capacity.get(host) + " and " + there + " is taken");
                }
            });
        }
    }
}
