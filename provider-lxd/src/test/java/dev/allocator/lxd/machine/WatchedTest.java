package dev.allocator.lxd.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.MachineId;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What LXD says of a guest, turned into what is awaited of it. */
class WatchedTest {

    private static final String VIRTUAL_MACHINE = """
            {"type": "virtual-machine", "config": {"volatile.eth0.hwaddr": "00:16:3e:00:00:01"}}""";

    private static final String FOUR = """
            {"family": "inet", "address": "10.0.0.2", "scope": "global"}""";

    private static final String SIX = """
            {"family": "inet6", "address": "fd42::2", "scope": "global"}""";

    /** Without its agent LXD knows a guest by the leases of its own DHCP server alone. */
    @Test
    void aVirtualMachineWithoutItsAgentIsLocatedAllTheSame() throws Exception {
        Watched watched = watched(VIRTUAL_MACHINE);

        watched.look(state(-1, ""));
        assertThat(watched.located()).isNotDone();
        watched.look(state(-1, FOUR));

        assertThat(watched.located().get().address().toString()).isEqualTo("10.0.0.2:22");
        assertThat(watched.commands()).isNotDone();
        assertThat(watched.waits()).isTrue();
    }

    @Test
    void commandsWorkOnceTheAgentCountsProcesses() throws Exception {
        Watched watched = watched(VIRTUAL_MACHINE);

        watched.look(state(0, ""));

        assertThat(watched.commands()).isCompleted();
        assertThat(watched.located()).isNotDone();
        assertThat(watched.waits()).isTrue();
        watched.look(state(31, FOUR));
        assertThat(watched.located().get().attributes()).isEqualTo(Map.of("ipv4", "10.0.0.2"));
        assertThat(watched.waits()).isFalse();
    }

    @Test
    void whatLxdSaysNothingOfIsWaitedFor() throws Exception {
        Watched watched = watched(VIRTUAL_MACHINE);

        watched.look(new ObjectMapper().readTree("{\"status\": \"Running\", \"network\": null}"));

        assertThat(watched.commands()).isNotDone();
        assertThat(watched.located()).isNotDone();
    }

    @Test
    void aContainerRunsCommandsAtOnce() throws Exception {
        Watched watched = watched("{\"type\": \"container\", \"config\": {}}");

        assertThat(watched.commands()).isCompleted();
        assertThat(watched.waits()).isTrue();
    }

    @Test
    void anAddressOfVersionFourMayComeAfterOneOfVersionSix() throws Exception {
        Watched watched = watched(VIRTUAL_MACHINE);

        watched.look(state(1, SIX));
        assertThat(watched.located()).isNotDone();
        watched.look(state(1, SIX + "," + FOUR));

        assertThat(watched.located().get().address().host()).isEqualTo("10.0.0.2");
        assertThat(watched.located().get().attributes()).containsEntry("ipv6", "fd42::2");
    }

    @Test
    void theDeadAreNotAwaited() throws Exception {
        Watched watched = watched(VIRTUAL_MACHINE);

        watched.death().complete("gone");

        assertThat(watched.waits()).isFalse();
    }

    @Test
    void itIsLookedAtAgainSoon() throws Exception {
        assertThat(watched(VIRTUAL_MACHINE).pause()).isBetween(Duration.ofMillis(20), Duration.ofSeconds(2));
    }

    private static Watched watched(String found) throws Exception {
        return new Watched(null, MachineId.random(), new ObjectMapper().readTree(found));
    }

    private static JsonNode state(int processes, String addresses) throws Exception {
        return new ObjectMapper().readTree("""
                {"status": "Running", "processes": %d, "network": {"enp5s0": {"host_name": "tap1",
                  "hwaddr": "00:16:3e:00:00:01", "addresses": [%s]}}}""".formatted(processes, addresses));
    }
}
