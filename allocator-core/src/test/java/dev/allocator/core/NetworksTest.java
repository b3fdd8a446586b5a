package dev.allocator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.Command;
import dev.allocator.ConfigurationException;
import dev.allocator.ExecResult;
import dev.allocator.Lease;
import dev.allocator.LeaseState;
import dev.allocator.MachineId;
import dev.allocator.NoCapacityException;
import dev.allocator.Profile;
import dev.allocator.ProvisioningException;
import dev.allocator.Readiness;
import dev.allocator.event.Progress;
import dev.allocator.spi.Capability;
import dev.allocator.spi.Claim;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.RecordKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Seats and names in networks, by a provider that only says that it has some. */
class NetworksTest extends ScriptedEngine {

    /** What the engine told machines about their network, the last first. */
    private final Deque<String> told = new ConcurrentLinkedDeque<>();

    @BeforeEach
    void haveNetworks() {
        provider.capabilities = Set.of(Capability.LIST, Capability.EXEC, Capability.NETWORK);
        provider.details = machine -> machine.commands(CompletableFuture.completedStage(null));
        provider.exec = this::answer;
    }

    private ExecResult answer(Command command) throws ProviderException {
        if (command.words().contains("allocator-network")) {
            try {
                told.addFirst(new String(command.stdin().orElseThrow().readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new ProviderException("no script: " + e, e);
            }
        }
        return new ExecResult("sh", 0, "", "", Duration.ZERO);
    }

    private static AllocationRequest joining(String network, String name) {
        return AllocationRequest.forProfile("demo").network(network).name(name).build();
    }

    private Claim seat(Lease lease) {
        return provider.seats.get(machine(lease));
    }

    private static MachineId machine(Lease lease) {
        return lease.info().machine().orElseThrow();
    }

    @Test
    void machinesOfANetworkHaveTheSmallestSeatsThatAreFreeAlsoAcrossAllocators() {
        Allocator one = open();
        Allocator other = open();
        Lease first = one.allocate(joining("lan", "a"));
        Lease second = other.allocate(joining("lan", "b"));
        Lease elsewhere = other.allocate(joining("wan", "a"));
        assertThat(List.of(seat(first), seat(second), seat(elsewhere)))
                .containsExactly(new Claim("lan", 0), new Claim("lan", 1), new Claim("wan", 0));
        assertThat(first.address("lan")).isEqualTo("10.9.8.1");
        assertThat(second.info().networks()).isEqualTo(Map.of("lan", "10.9.8.2"));
        assertThatThrownBy(() -> first.address("wan"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not in network 'wan' but in lan");

        first.discard();
        assertThat(seat(other.allocate(joining("lan", "a")))).isEqualTo(new Claim("lan", 0));
    }

    @Test
    void aNameIsTakenOnceInANetwork() {
        Allocator allocator = open();
        Lease web = allocator.allocate(joining("lan", "web"));
        assertThatThrownBy(() -> open().allocate(joining("lan", "web")))
                .isInstanceOf(NoCapacityException.class)
                .hasMessageContaining("the name 'web' is taken in network 'lan' by lease " + web.id() + " (demo)");
        assertThat(provider.creates).hasValue(1);
        web.discard();
        allocator.allocate(joining("lan", "web"));
    }

    @Test
    void whoeverJoinsIsToldToAllWhoAreReady() {
        Allocator allocator = open();
        allocator.allocate(joining("lan", "web"));
        assertThat(told).hasSize(1).first().asString().contains("hosts='10.9.8.1 web'\n");
        Lease database = allocator.allocate(joining("lan", "db"));
        assertThat(told).hasSize(3).first().asString().contains("hosts='10.9.8.2 db\n10.9.8.1 web'\n", "mac=''\n");
        assertThat(told).element(1).asString().contains("mac='52:54:00:00:00:11'\naddress='10.9.8.2/24'\n");

        database.discard();
        told.clear();
        allocator.allocate(AllocationRequest.forProfile("demo").network("lan").build());
        assertThat(told)
                .hasSize(2)
                .first()
                .asString()
                .doesNotContain(" db")
                .containsPattern("10\\.9\\.8\\.2 demo-[0-9a-f]{8}\n");
    }

    @Test
    void aMemberThatCannotBeToldIsNobodysFailure() {
        Allocator allocator = open();
        allocator.allocate(joining("lan", "web"));
        provider.exec = command -> {
            ExecResult result = answer(command);
            if (!told.isEmpty() && told.getFirst().contains("mac=''")) {
                throw new ProviderException("it is busy");
            }
            return result;
        };
        assertThat(allocator.allocate(joining("lan", "db")).address("lan")).isEqualTo("10.9.8.2");
    }

    @Test
    void aNetworkHasTwoHundredSeats() {
        provider.exec = command -> new ExecResult("sh", 0, "", "", Duration.ZERO);
        Allocator allocator = open();
        Lease web = allocator.allocate(joining("lan", "web"));
        edit(placeKey(), place -> {
            var holdings = place.withArray("holdings");
            for (int seat = 1; seat < 200; seat++) {
                var copy = holdings.get(0).deepCopy();
                ((ObjectNode) copy).put("slot", seat).put("name", "other-" + seat);
                holdings.add(copy);
            }
        });
        assertThatThrownBy(() -> allocator.allocate(AllocationRequest.forProfile("demo")
                        .network("lan")
                        .timeout(Duration.ofMillis(200))
                        .build()))
                .isInstanceOf(NoCapacityException.class)
                .hasMessageContaining("no room in network 'lan', which has 200 seats, within 200ms: taken by lease "
                        + web.id() + " (demo), ");
    }

    private RecordKey placeKey() {
        try (var store = store()) {
            return store.list("place").get(0).key();
        }
    }

    @Test
    void aProviderWithoutNetworksAndANameThatIsNoneAreRefused() throws Exception {
        assertThatThrownBy(() -> open().allocate(joining("my lan", "a")))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContaining("the request for 'demo': network 'my lan' is no name of a network");
        provider.capabilities = Set.of(Capability.LIST);
        assertThatThrownBy(() -> open(options()
                                .profile(Profile.named("joined", "scripted")
                                        .readiness(Readiness.none())
                                        .network("lan")
                                        .build()))
                        .allocate("joined"))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContaining("profile 'joined' in code: network 'lan': provider 'scripted' cannot connect its"
                        + " machines by a network");
        assertThat(provider.creates).hasValue(0);

        var file = Files.writeString(
                folder.resolve("allocator.yaml"), "profiles:\n  a:\n    provider: scripted\n    network: my lan\n");
        assertThatThrownBy(() -> open(options().configFile(file)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(
                        ":4:14: 'network' must be a name of letters, digits, '.', '_' and '-', at most 63,"
                                + " the first a letter or digit,"
                                + " not 'my lan'");
    }

    @Test
    void aMemberWhoseRecordCannotBeReadIsLeftOut() {
        Allocator allocator = open();
        Lease lost = allocator.allocate(joining("lan", "lost"));
        edit(leaseKey(lost), tree -> tree.put("created", "yesterday"));
        List<String> progress = new CopyOnWriteArrayList<>();
        allocator.on(Progress.class, event -> progress.add(event.message()));

        Lease second = allocator.allocate(joining("lan", "second"));

        assertThat(second.info().state()).isEqualTo(LeaseState.READY);
        assertThat(told.getFirst()).contains(second.address("lan") + " second").doesNotContain("lost");
        await().atMost(SOON)
                .until(() -> progress.stream()
                                .filter(line -> line.contains("one machine of network 'lan' is left out"))
                                .count()
                        == 1);
        edit(leaseKey(lost), tree -> tree.put("created", now.get().toString()));
    }
}
