package dev.allocator.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.Lease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Java harness that gets the machines that spread gets, from the project's {@code spread.yaml} alone. */
@Timeout(120)
class SpreadHarnessTest {

    private static final String SPREAD_YAML = """
            project: demo
            path: /root/demo
            environment:
              WHO: ubuntu
              SECRET: '$(HOST: cat secret)'
            backends:
              boards:
                type: adhoc
                environment:
                  PASSWORD: $SECRET
                allocate: |
                  [ "$SPREAD_BACKEND/$SPREAD_SYSTEM_USERNAME" = boards/ubuntu ] || FATAL "not for ${SPREAD_BACKEND}"
                  [ "$SPREAD_SYSTEM_PASSWORD" = "$(cat secret)" ] || FATAL 'not that password'
                  address=$(./boards take "$SPREAD_SYSTEM")
                  ADDRESS "$address"
                discard: |
                  ./boards give-back "$SPREAD_SYSTEM_ADDRESS"
                systems:
                  - ubuntu-24.04-64:
                      username: $WHO
                      password: $PASSWORD
                      workers: 1
              google:
                type: google
                systems: [debian-12-64]
            suites:
              tests/:
                summary: Integration tests
            """;

    @TempDir
    Path folder;

    @Test
    void severalTestsShareTheWorkersOfASystem() throws Exception {
        Requirement.program("bash");
        try (Stage stage = new Stage(folder)) {
            String address = stage.server("ubuntu", "it's secret");
            stage.program("boards")
                    .file("secret", "it's secret\n")
                    .file("shelf", address + "\n")
                    .file("spread.yaml", SPREAD_YAML)
                    .file("allocator.yaml", "sources: [spread.yaml]\n");
            try (Allocator allocator = stage.open()) {
                List<CompletableFuture<String>> tests = Stream.of(1, 2, 3)
                        .map(test -> allocator
                                .allocateAsync(AllocationRequest.forProfile("boards:ubuntu-24.04-64")
                                        .timeout(Duration.ofSeconds(100))
                                        .build())
                                .thenApplyAsync(SpreadHarnessTest::test))
                        .toList();
                assertThat(tests.stream().map(CompletableFuture::join)).containsOnly("ready\n");
            }
            String take = "take ubuntu-24.04-64";
            String giveBack = "give-back " + address;
            assertThat(stage.lines("log")).containsExactly(take, giveBack, take, giveBack, take, giveBack);
        }
    }

    private static String test(Lease machine) {
        try (machine) {
            return machine.exec("echo", "ready").orThrow().stdout();
        }
    }
}
