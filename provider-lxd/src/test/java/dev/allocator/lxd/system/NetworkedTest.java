package dev.allocator.lxd.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Command;
import dev.allocator.Lease;
import dev.allocator.lxd.LxdHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers that know each other by name. */
@Timeout(180)
class NetworkedTest {

    @TempDir
    Path temp;

    @Test
    void machinesOfANetworkReachEachOtherByName() throws Exception {
        try (LxdHost host = LxdHost.require();
                Allocator allocator = Allocator.open(AllocatorOptions.builder()
                        .configSearch(false)
                        .stateDirectory(temp.resolve("state"))
                        .provider("lxd", "lxd", host.settings())
                        .profile(host.container("member").network("lan").build())
                        .build())) {
            CompletableFuture<Lease> one = allocator.allocateAsync(
                    AllocationRequest.forProfile("member").name("one").build());
            CompletableFuture<Lease> two = allocator.allocateAsync(
                    AllocationRequest.forProfile("member").name("two").build());
            String bridge;
            try (Lease first = one.get(120, TimeUnit.SECONDS);
                    Lease second = two.get(120, TimeUnit.SECONDS)) {
                assertThat(greeting(first, "two")).isEqualTo("SSH-2.0");
                assertThat(greeting(second, "one")).isEqualTo("SSH-2.0");
                assertThat(first.exec("getent", "hosts", "two").orThrow().stdout())
                        .contains(second.address("lan"));
                bridge = host.outside(first.info().machine().orElseThrow())
                        .orElseThrow()
                        .at("/devices/allocator-network/network")
                        .asText();
                assertThat(host.get("/1.0/networks/" + bridge).path("used_by")).hasSize(2);
            }
            assertThat(host.get("/1.0/networks/" + bridge).isMissingNode()).isTrue();
        }
    }

    private static String greeting(Lease lease, String other) {
        return lease.exec(Command.of("bash", "-c", "exec 3<>/dev/tcp/" + other + "/22 && head -c 7 <&3")
                        .timeout(Duration.ofSeconds(20)))
                .orThrow()
                .stdout();
    }
}
