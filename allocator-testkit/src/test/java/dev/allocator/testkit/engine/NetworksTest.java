package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.testkit.InProcessMachine;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Machines that share a network. */
class NetworksTest extends EngineTest {

    private static final Profile JOINED =
            Profile.named("joined", "in-process").login(LOGIN).network("lan").build();

    private InProcessMachine machine(Lease lease) {
        return host.machine(lease.info().machine().orElseThrow()).orElseThrow();
    }

    @Test
    void machinesThatJoinAtOnceFromSeveralAllocatorsKnowEachOther() throws Exception {
        List<Allocator> allocators = List.of(open(JOINED), open(JOINED));
        List<CompletableFuture<Lease>> joining = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            joining.add(allocators
                    .get(i % 2)
                    .allocateAsync(
                            AllocationRequest.forProfile("joined").name("m" + i).build()));
        }
        List<Lease> leases = new ArrayList<>();
        Map<String, String> all = new TreeMap<>();
        for (CompletableFuture<Lease> each : joining) {
            Lease lease = each.get();
            leases.add(lease);
            all.put(lease.info().name().orElseThrow(), lease.address("lan"));
        }
        assertThat(all).hasSize(6);
        assertThat(all.values()).doesNotHaveDuplicates();
        for (Lease lease : leases) {
            assertThat(machine(lease).neighbours("lan")).isEqualTo(all);
            assertThat(machine(lease).hostName()).isEqualTo(lease.info().name().orElseThrow());
            assertThat(lease.hostAddress()).contains("127.0.0.1");
        }
    }

    @Test
    void aServiceOfAMachineIsReachedThroughItsProvider() throws Exception {
        Lease lease = open(JOINED).allocate("joined");
        try (ServerSocket service = new ServerSocket(0, 5, InetAddress.getByName(lease.address("lan")))) {
            HostAndPort address = lease.forward(service.getLocalPort());
            try (Socket client = new Socket(address.host(), address.port());
                    Socket server = service.accept()) {
                server.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
                server.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("hello");
            }
        }
    }
}
