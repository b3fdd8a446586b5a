package dev.allocator.lxd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.Command;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.NetworkCard;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import dev.allocator.testkit.ProviderBench;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Networks of machines as bridges of a real LXD. */
@Timeout(180)
class NetworkTest {

    private static LxdHost host;

    @TempDir
    Path folder;

    private ProviderBench bench;
    private Provider provider;

    @BeforeAll
    static void openLxd() {
        host = LxdHost.require();
    }

    @AfterAll
    static void closeLxd() {
        host.close();
    }

    @BeforeEach
    void open() throws Exception {
        bench = ProviderBench.of(
                        new LxdProviderFactory(),
                        host.container("member").network("lan").build(),
                        folder)
                .settings(host.settings())
                .open();
        provider = bench.provider();
    }

    @AfterEach
    void close() throws Exception {
        for (FoundMachine left : provider.list()) {
            bench.destroy(left.ref());
        }
        bench.close();
    }

    private JsonNode bridge(String name) {
        return host.get("/1.0/networks/" + name + "?project=default");
    }

    private CompletableFuture<Machine> create(MachinePlan plan, int seat) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return provider.create(plan, TestCreate.at(seat));
            } catch (ProviderException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private String run(Machine machine, String line) throws Exception {
        return provider.exec(machine.ref(), Command.shell(line).timeout(Duration.ofSeconds(20)))
                .orThrow()
                .stdout();
    }

    /** The engine gives a card its address inside; here it is done by hand. */
    private void giveAddress(Machine machine) throws Exception {
        NetworkCard card = machine.networks().get(0);
        run(
                machine,
                "card=$(basename $(dirname $(grep -l " + card.mac() + " /sys/class/net/*/address)))"
                        + " && ip link set $card up && ip addr replace " + card.address() + "/" + card.prefix()
                        + " dev $card");
    }

    @Test
    void twoMachinesSeeEachOtherAndTheLastOneTakesTheBridgeAway() throws Exception {
        MachinePlan first = provider.plan(bench.spec());
        MachinePlan second = provider.plan(bench.spec());
        String bridge = first.ref().data().get("network");
        assertThat(second.ref().data()).containsEntry("network", bridge);
        assertThat(bridge).hasSizeLessThanOrEqualTo(15);
        assertThat(bridge(bridge).isMissingNode()).as("planning makes nothing").isTrue();

        CompletableFuture<Machine> one = create(first, 0);
        CompletableFuture<Machine> other = create(second, 7);
        Machine machine = one.get(90, TimeUnit.SECONDS);
        Machine peer = other.get(90, TimeUnit.SECONDS);

        JsonNode config = bridge(bridge).path("config");
        String subnet = config.path("ipv4.address").asText().replaceAll("1/24$", "");
        assertThat(config.path("user.allocator.realm").asText())
                .isEqualTo(bench.context().realm().value());
        assertThat(machine.networks())
                .singleElement()
                .satisfies(card -> assertThat(card.address()).isEqualTo(subnet + "10"));
        assertThat(peer.networks()).singleElement().satisfies(card -> {
            assertThat(card.network()).isEqualTo("lan");
            assertThat(card.address()).isEqualTo(subnet + "17");
            assertThat(card.mac()).matches("00:16:3e(:[0-9a-f]{2}){3}");
        });
        giveAddress(machine);
        giveAddress(peer);
        String theirs = peer.networks().get(0).address();
        assertThat(run(machine, "ip -4 neigh flush " + theirs + "; ip route get " + theirs))
                .contains("dev alloc0");
        assertThat(run(
                        machine,
                        "until timeout 5 bash -c 'exec 3<>/dev/tcp/" + theirs
                                + "/22 && head -c 7 <&3' 2>/dev/null; do sleep 0.1; done"))
                .isEqualTo("SSH-2.0");
        assertThat(run(machine, "ip route show default")).hasLineCount(1).doesNotContain("alloc0");

        String reached = machine.located()
                .orElseThrow()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS)
                .address()
                .host();
        assertThat(reached).isNotEqualTo(machine.networks().get(0).address());
        String hostAddress = machine.hostAddress().orElseThrow();
        assertThat(run(machine, "ip route show default")).contains(hostAddress);

        assertThat(create(first, 0).get(30, TimeUnit.SECONDS).networks())
                .as("one that is there already")
                .isEqualTo(machine.networks());
        assertThat(provider.list())
                .filteredOn(found -> found.realm().equals(bench.context().realm()))
                .extracting(found -> found.ref().data().get("network"))
                .containsExactly(bridge, bridge);

        bench.destroy(first.ref());
        assertThat(bridge(bridge).path("used_by")).hasSize(1);
        bench.destroy(second.ref());
        assertThat(bridge(bridge).isMissingNode()).isTrue();
    }

    @Test
    void whoJoinsWhileTheLastOneLeavesHasABridge() throws Exception {
        MachinePlan member = provider.plan(bench.spec());
        create(member, 0).get(90, TimeUnit.SECONDS);
        for (int round = 1; round <= 4; round++) {
            MachinePlan next = provider.plan(bench.spec());
            CompletableFuture<Machine> joins = create(next, round % 2);
            bench.destroy(member.ref());
            assertThat(joins.get(90, TimeUnit.SECONDS).networks()).hasSize(1);
            assertThat(bridge(next.ref().data().get("network")).path("used_by")).hasSize(1);
            member = next;
        }
    }

    /** As after a creation that was killed when it had made the bridge. */
    @Test
    void aBridgeWithoutAnInstanceGoesToo() throws Exception {
        MachinePlan plan = provider.plan(bench.spec());
        MachineSpec spec = plan.spec();
        String bridge = plan.ref().data().get("network");
        host.send("POST", "/1.0/networks?project=default", """
                {"name": "%s", "type": "bridge", "config": {"ipv4.address": "none", "ipv6.address": "none",
                 "user.allocator.realm": "%s", "user.allocator.network": "%s"}}""".formatted(
                        bridge, spec.tags().realm().value(), spec.network().orElseThrow()));

        bench.destroy(plan.ref());

        assertThat(bridge(bridge).isMissingNode()).isTrue();
    }

    @Test
    void aBridgeWithoutTagIsSomebodyElses() throws Exception {
        MachinePlan plan = provider.plan(bench.spec());
        String bridge = plan.ref().data().get("network");
        host.send("POST", "/1.0/networks?project=default", """
                {"name": "%s", "type": "bridge", "config": {"ipv4.address": "none", "ipv6.address": "none"}}""".formatted(bridge));
        try {
            assertThatThrownBy(() -> provider.create(plan, TestCreate.at(0)))
                    .isInstanceOf(ProviderException.class)
                    .hasMessageContaining("needs LXD's network " + bridge + ", which is somebody else's");
            bench.destroy(plan.ref());
            assertThat(bridge(bridge).path("used_by")).isEmpty();
            assertThat(bridge(bridge).isMissingNode()).isFalse();
        } finally {
            host.send("DELETE", "/1.0/networks/" + bridge + "?project=default", null);
        }
    }
}
