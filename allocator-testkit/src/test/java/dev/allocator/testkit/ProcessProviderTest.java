package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.CleanupReport;
import dev.allocator.Credentials;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.Secret;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProcessProviderTest {

    @TempDir
    Path temp;

    @BeforeEach
    void requireLinux() {
        dev.allocator.testkit.crash.Requirement.programs();
    }

    private Allocator open(Path state) {
        return Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(state)
                .environment(Map.of("HOME", temp.toString()))
                .profile(Profile.named("cheap", "process")
                        .readiness(Readiness.none())
                        .build())
                .profile(Profile.named("addressed", "process")
                        .readiness(Readiness.none())
                        .login(Credentials.password("nobody", Secret.of("nothing")))
                        .setting("address", true)
                        .build())
                .build());
    }

    private static boolean lives(Lease lease) {
        return ProcessHandle.of(Long.parseLong(lease.attributes().get("pid")))
                .flatMap(process -> process.info().arguments())
                .isPresent();
    }

    @Test
    void machinesLiveUntilTheyAreDiscarded() {
        try (Allocator allocator = open(temp)) {
            Lease plain = allocator.allocate("cheap");
            Lease addressed = allocator.allocate("addressed");
            assertThat(plain.endpoint()).isEmpty();
            assertThat(addressed.endpoint()).isPresent();
            assertThat(lives(plain)).isTrue();
            plain.discard();
            assertThat(lives(plain)).isFalse();
            assertThat(lives(addressed)).isTrue();
            assertThat(LeakJudge.of(temp).leftovers())
                    .filteredOn(line -> line.startsWith("process"))
                    .as("the machine's")
                    .anySatisfy(line -> assertThat(line).contains("sleep"));
        }
        LeakJudge.of(temp).awaitClean(java.time.Duration.ofSeconds(10));
    }

    @Test
    void otherRealmsAreShownAndLeftAlone() {
        try (Allocator one = open(temp.resolve("one"));
                Allocator two = open(temp.resolve("two"))) {
            Lease lease = one.allocate("cheap");
            assertThat(two.cleanup().entries())
                    .filteredOn(entry -> entry.subject()
                            .contains(lease.info().machine().orElseThrow().value()))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.outcome()).isEqualTo(CleanupReport.Outcome.LEFT));
            assertThat(lives(lease)).isTrue();
        }
    }
}
