package dev.allocator.script.fixed.sshd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.Allocator;
import dev.allocator.Lease;
import dev.allocator.event.Progress;
import dev.allocator.script.fixed.Fork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many users in several processes share two hosts, which are a real sshd. */
class SharedSshdTest {

    private static final int USERS_PER_PROCESS = 8;

    @TempDir
    Path folder;

    @Test
    void nobodyMeetsAnotherUserAndAllAreServed() throws Exception {
        try (RealSshd sshd = new RealSshd(folder, 2)) {
            Users.configure(folder, sshd);
            List<String> progress = new CopyOnWriteArrayList<>();
            try (Allocator allocator = Allocator.open(Users.options(folder));
                    Fork holder = Fork.start(folder, HoldingProgram.class)) {
                allocator.on(Progress.class, event -> progress.add(event.message()));
                holder.awaitPrinted("holding");
                try (Fork one = Fork.start(folder, UsersProgram.class, String.valueOf(USERS_PER_PROCESS));
                        Fork two = Fork.start(folder, UsersProgram.class, String.valueOf(USERS_PER_PROCESS))) {
                    CompletableFuture<Void> here = CompletableFuture.runAsync(() -> {
                        try {
                            Users.many(allocator, folder, USERS_PER_PROCESS);
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    });
                    await().atMost(Duration.ofMinutes(1))
                            .until(() -> progress.stream()
                                    .anyMatch(line -> line.matches(
                                            "waiting for room at solo: solo is taken by lease .* \\(solo\\)")));
                    assertThat(folder.resolve("marks/solo-0")).isDirectory();
                    holder.kill();
                    here.get();
                    one.awaitSuccess();
                    two.awaitSuccess();
                }
                assertThat(folder.resolve("marks/violations")).doesNotExist();
                List<String> used = Files.readAllLines(folder.resolve("marks/used"));
                assertThat(used).hasSize(3 * USERS_PER_PROCESS + 2).contains("trio");
                assertThat(Collections.frequency(used, "solo")).isGreaterThan(3 * USERS_PER_PROCESS / 2);
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(() -> assertThat(allocator.leases()).isEmpty());
                assertThat(Files.readAllLines(folder.resolve("marks/cleaned")))
                        .as("each user was cleaned up after once")
                        .containsExactlyInAnyOrderElementsOf(used);
                assertThat(allocator.health())
                        .filteredOn(health -> health.name().equals("lab"))
                        .singleElement()
                        .satisfies(health -> assertThat(health.messages()).isEmpty());
                assertAllSlotsAreFree(allocator);
            }
        }
    }

    private static void assertAllSlotsAreFree(Allocator allocator) {
        List<Lease> all = IntStream.range(0, 4)
                .mapToObj(i -> Users.allocate(allocator, i == 0 ? "solo" : "any"))
                .toList();
        assertThat(all)
                .extracting(lease ->
                        lease.attributes().get("host") + lease.attributes().get("slot"))
                .containsExactly("solo0", "trio0", "trio1", "trio2");
    }
}
