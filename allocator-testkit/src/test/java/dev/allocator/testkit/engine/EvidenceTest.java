package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.allocator.AllocationException;
import dev.allocator.Allocator;
import dev.allocator.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** What is left of an allocation to look at. */
final class EvidenceTest extends EngineTest {

    @Test
    void aFailureLeavesOneFolderWithAllThereIs() throws IOException {
        Path logs = Files.createDirectories(folder.resolve("guest's logs"));
        Files.writeString(logs.resolve("one.log"), "first");
        Files.writeString(logs.resolve("two.log"), "second");
        Files.writeString(Files.createDirectories(logs.resolve("sub")).resolve("deep.txt"), "third");
        Files.writeString(logs.resolve("colour \u001b[31m.log"), "fourth");
        Files.write(folder.resolve("big"), new byte[11 << 20]);
        Allocator allocator = open(demo().setup("echo so far; exit 3")
                .collect(logs + "/*.log")
                .collect(logs + "/sub")
                .collect(folder + "/nowhere")
                .collect(folder + "/big")
                .build());

        AllocationException failure = catchThrowableOfType(AllocationException.class, () -> allocator.allocate("demo"));

        Path evidence = failure.failure().evidence().orElseThrow();
        assertThat(failure).hasMessageContaining(evidence.toString());
        assertThat(allocator.evidence(failure.failure().lease().orElseThrow())).contains(evidence);
        assertThat(evidence.resolve("setup.log")).content().contains("so far");
        assertThat(evidence.resolve("failure.txt")).content().contains("status 3");
        assertThat(evidence.resolve("machine.log")).isNotEmptyFile();
        Path collected = evidence.resolve("collected");
        assertThat(collected.resolve(logs.resolve("one.log").toString().substring(1)))
                .hasContent("first");
        assertThat(collected.resolve(logs.resolve("two.log").toString().substring(1)))
                .hasContent("second");
        assertThat(collected.resolve(logs.resolve("sub/deep.txt").toString().substring(1)))
                .hasContent("third");
        assertThat(collected.resolve(folder.resolve("big").toString().substring(1)))
                .hasSize((10 << 20) - "firstsecondthirdfourth".length());
        assertThat(evidence.resolve("events.log")).content().doesNotContain("\u001b");
        assertThat(evidence.resolve("events.log"))
                .content()
                .contains(
                        " resolve\n",
                        " plan: in-process, no real machine\n",
                        " setup: running step 1\n",
                        " failed: setup step 'step 1' failed with status 3",
                        " not collected: " + folder + "/nowhere: no such file",
                        "one.log: 5 bytes");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(evidence.resolve("events.log"))))
                .isEqualTo("rw-------");
        assertNothingLeft();
    }

    @Test
    void whatCannotBeCollectedIsALine() {
        Allocator allocator = open(demo().setting("fault", "never-ready")
                .collect("/etc/hostname")
                .timeout(java.time.Duration.ofSeconds(10))
                .build());

        AllocationException failure = catchThrowableOfType(AllocationException.class, () -> allocator.allocate("demo"));

        assertThat(failure.failure().evidence().orElseThrow().resolve("events.log"))
                .content()
                .contains("nothing was collected from the machine");
    }

    @Test
    void aLeaseShowsWhatIsKnownOfItsMachine() {
        Allocator allocator = open(demo().setup("echo hello").build());
        try (Lease lease = allocator.allocate("demo")) {
            assertThat(lease.logs())
                    .extracting(file -> file.getFileName().toString())
                    .containsExactly("events.log", "machine.log", "setup.log");
            assertThat(lease.logs()).allSatisfy(file -> assertThat(file).isNotEmptyFile());
            assertThat(allocator.evidence(lease.id())).isPresent();
        }
        assertThat(files("evidence")).isEmpty();
    }

    @Test
    void aMachineThatCannotEvenBePlannedLeavesItsEvents() {
        Allocator allocator = open(fault("plan-fails"));

        AllocationException failure = catchThrowableOfType(AllocationException.class, () -> allocator.allocate("demo"));

        assertThat(failure.failure().evidence().orElseThrow().resolve("events.log"))
                .content()
                .contains("asks for a fault: plan-fails");
    }
}
