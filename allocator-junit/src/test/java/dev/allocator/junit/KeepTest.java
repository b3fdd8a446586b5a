package dev.allocator.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.Allocator;
import dev.allocator.LeaseInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Machines of failed tests may be kept, and people are told. */
class KeepTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void thoseOfFailedTests(JUnitVersion version) throws Exception {
        FixtureJvm jvm = new FixtureJvm(folder, version).environment("ALLOCATOR_KEEP", "failed");
        Outcome outcome = jvm.run("EndFixtures$Keeps")
                .with("FAILED", "Keeps.test", "look at it")
                .with("SUCCESSFUL", "Keeps.passes");
        assertKept(jvm, outcome, outcome.lease("keeps"));
    }

    @ParameterizedTest
    @EnumSource
    void all(JUnitVersion version) throws Exception {
        FixtureJvm jvm = new FixtureJvm(folder, version).environment("ALLOCATOR_KEEP", "always");
        Outcome outcome = jvm.run("EndFixtures$Keeps");
        List<String> all = new ArrayList<>(outcome.lease("keeps"));
        all.addAll(outcome.lease("passes"));
        assertKept(jvm, outcome, all);
    }

    private static void assertKept(FixtureJvm jvm, Outcome outcome, List<String> leases) throws Exception {
        try (Allocator allocator = jvm.allocator()) {
            assertThat(allocator.leases())
                    .noneMatch(LeaseInfo::attached)
                    .allMatch(lease -> lease.expires().isPresent())
                    .extracting(lease -> lease.id().value())
                    .containsExactlyInAnyOrderElementsOf(leases);
            for (LeaseInfo lease : allocator.leases()) {
                assertThat(outcome.err())
                        .contains("'" + lease.labels().get("machine") + "': the machine of lease " + lease.id()
                                + " is kept until ")
                        .contains("end it with 'allocator discard " + lease.id() + "'");
                allocator.lease(lease.id()).orElseThrow().discard();
            }
        }
        jvm.awaitNothingLeft();
    }
}
