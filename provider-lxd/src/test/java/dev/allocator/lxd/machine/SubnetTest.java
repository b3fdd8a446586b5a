package dev.allocator.lxd.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.spi.ProviderException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubnetTest {

    @Test
    void everySeatHasItsAddress() throws Exception {
        Subnet subnet = Subnet.read("10.201.7.1/24", "alloc-1");

        assertThat(subnet.host()).isEqualTo("10.201.7.1");
        assertThat(subnet.machine(0)).isEqualTo("10.201.7.10");
        assertThat(subnet.machine(199)).isEqualTo("10.201.7.209");
        assertThat(subnet.hardware(199)).isEqualTo("00:16:3e:c9:07:d1");
    }

    @Test
    void allAreInTheUpperHalfOfTen() {
        assertThat(Subnet.of(0).host()).isEqualTo("10.128.0.1");
        assertThat(Subnet.of(-1).host()).isEqualTo("10.255.255.1");
    }

    @ParameterizedTest
    @CsvSource({
        "10.201.7.1/24, true",
        "10.201.7.128/25, true",
        "10.201.0.5/16, true",
        "0.0.0.0/0, true",
        "10.201.8.1/24, false",
        "10.77.0.1/24, false",
        "none, false",
        "fd42::1/64, false"
    })
    void knowsWhatItSharesAddressesWith(String cidr, boolean overlaps) throws Exception {
        assertThat(Subnet.read("10.201.7.1/24", "x").overlaps(cidr)).isEqualTo(overlaps);
    }

    @Test
    void aChangedBridgeIsTold() {
        assertThatThrownBy(() -> Subnet.read("none", "alloc-1"))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining("LXD's network alloc-1 was changed: its ipv4.address is 'none'");
    }
}
