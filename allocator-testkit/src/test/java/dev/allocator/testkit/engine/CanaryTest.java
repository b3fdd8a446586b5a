package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CanaryTest extends EngineTest {

    @Test
    void secretsAppearNowhere() throws Exception {
        try (Fork fork = Fork.start(folder, CanaryProgram.class, state().toString())) {
            fork.awaitSuccess();
            assertThat(Fork.text(fork.out()))
                    .contains("PhaseStarted", "LeaseReady", "LeaseEnded", "cannot allocate", "discarded", "failed");
            assertThat(Fork.text(fork.err())).contains("DEBUG");
        }
        try (Stream<Path> files = Files.walk(folder)) {
            Path copies = state().resolve("reaper"); // of class path entries, the canary's own class among them
            assertThat(files.filter(Files::isRegularFile).filter(file -> !file.startsWith(copies)))
                    .hasSizeGreaterThan(4)
                    .allSatisfy(file -> assertThat(Fork.text(file).lines())
                            .noneMatch(line -> line.contains(CanaryProgram.CANARY))
                            .noneMatch(line -> line.contains("PRIVATE KEY")));
        }
    }

    @Test
    void secretsOfALeaseAreItsUsersAlone() throws IOException {
        Lease lease = open(demo().build()).allocate("demo");
        assertThat(files("blobs")).hasSize(1).allSatisfy(blob -> {
            assertThat(Files.getPosixFilePermissions(blob)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(Files.getPosixFilePermissions(blob.getParent()))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        });
        assertThat(files("records"))
                .isNotEmpty()
                .noneMatch(file ->
                        Fork.text(file).contains(LOGIN.password().orElseThrow().reveal()));
        lease.close();
        assertThat(files("blobs")).isEmpty();
    }
}
