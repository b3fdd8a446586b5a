package dev.allocator.lxd.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.HostAndPort;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GuestAddressesTest {

    private static final String CARD = "00:16:3e:c9:07:0a";

    private static final String LO = """
            "lo": {"host_name": "", "hwaddr": "", "addresses": [
              {"family": "inet", "address": "127.0.0.1", "scope": "local"}]}""";

    @Test
    void anAddressOfVersionFourIsPreferred() throws Exception {
        GuestAddresses found = read(Set.of(), LO, """
                "eth0": {"host_name": "veth1", "addresses": [
                  {"family": "inet6", "address": "fd42::2", "scope": "global"},
                  {"family": "inet6", "address": "fe80::1", "scope": "link"},
                  {"family": "inet", "address": "10.0.0.2", "scope": "global"},
                  {"family": "inet", "address": "10.0.0.3", "scope": "global"}]}""");

        assertThat(found.located(false)).hasValueSatisfying(located -> {
            assertThat(located.address()).isEqualTo(new HostAndPort("10.0.0.2", 22));
            assertThat(located.attributes()).isEqualTo(Map.of("ipv4", "10.0.0.2,10.0.0.3", "ipv6", "fd42::2"));
        });
    }

    @Test
    void oneOfVersionSixIsTakenWhereItIsGoodEnough() throws Exception {
        GuestAddresses found = read(Set.of(), LO, """
                "eth0": {"host_name": "veth1", "addresses": [
                  {"family": "inet6", "address": "fd42::2", "scope": "global"}]}""");

        assertThat(found.onlySix()).isTrue();
        assertThat(found.located(false)).isEmpty();
        assertThat(found.located(true)).hasValueSatisfying(located -> {
            assertThat(located.address().toString()).isEqualTo("[fd42::2]:22");
            assertThat(located.attributes()).isEqualTo(Map.of("ipv6", "fd42::2"));
        });
    }

    @Test
    void theCardInANetworkOfMachinesIsNotForOthers() throws Exception {
        GuestAddresses found = read(Set.of(), LO, """
                "alloc0": {"host_name": "veth2", "hwaddr": "%s", "addresses": [
                  {"family": "inet", "address": "10.201.7.10", "scope": "global"}]}""".formatted(CARD), """
                "eth0": {"host_name": "veth1", "hwaddr": "00:16:3e:00:00:01", "addresses": [
                  {"family": "inet", "address": "10.0.0.2", "scope": "global"}]}""");

        assertThat(found.ipv4()).containsExactly("10.0.0.2");
    }

    @Test
    void linkLocalOnesAreNone() throws Exception {
        GuestAddresses found = read(Set.of(), LO, """
                "eth0": {"host_name": "veth1", "addresses": [
                  {"family": "inet6", "address": "fe80::1", "scope": "link"}]}""");

        assertThat(found).isEqualTo(new GuestAddresses(List.of(), List.of()));
    }

    @Test
    void whatTheGuestMadeItselfDoesNotCount() throws Exception {
        String docker = """
                "docker0": {"host_name": "", "hwaddr": "02:42:00:00:00:01", "addresses": [
                  {"family": "inet", "address": "172.17.0.1", "scope": "global"}]}""";

        GuestAddresses waiting = read(Set.of(), LO, docker, """
                "eth0": {"host_name": "veth1", "hwaddr": "00:16:3e:00:00:01", "addresses": []}""");
        assertThat(waiting.located(true)).isEmpty();

        GuestAddresses known = read(Set.of("00:16:3e:00:00:02"), LO, docker, """
                "enp5s0": {"host_name": "", "hwaddr": "00:16:3e:00:00:02", "addresses": [
                  {"family": "inet", "address": "10.0.0.2", "scope": "global"}]}""");
        assertThat(known.ipv4()).containsExactly("10.0.0.2");
    }

    @Test
    void aPhysicalInterfaceCountsWhereThereIsNoOther() throws Exception {
        GuestAddresses found = read(Set.of(), LO, """
                "eth1": {"host_name": "", "hwaddr": "52:54:00:00:00:01", "addresses": [
                  {"family": "inet", "address": "192.168.0.2", "scope": "global"}]}""");

        assertThat(found.ipv4()).containsExactly("192.168.0.2");
    }

    @Test
    void aStoppedInstanceHasNone() throws Exception {
        assertThat(GuestAddresses.of(new ObjectMapper().readTree("null"), Set.of(), Optional.empty()))
                .isEqualTo(new GuestAddresses(List.of(), List.of()));
    }

    private static GuestAddresses read(Set<String> hardware, String... interfaces) throws Exception {
        return GuestAddresses.of(
                new ObjectMapper().readTree("{" + String.join(",", interfaces) + "}"), hardware, Optional.of(CARD));
    }
}
