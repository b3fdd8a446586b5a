package dev.allocator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Allocator;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.LeaseEndedException;
import dev.allocator.MachineAccessException;
import dev.allocator.spi.Capability;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Ports that a provider forwards. */
class ForwardTest extends ScriptedEngine {

    private static final HostAndPort FIRST = new HostAndPort("127.0.0.1", 50_000);
    private static final HostAndPort SECOND = new HostAndPort("127.0.0.1", 50_001);

    @Test
    void aHandleEndsWhatItForwardedAlsoOfAnotherProcess() {
        provider.capabilities = Set.of(Capability.LIST, Capability.FORWARD);
        Lease lease = open().allocate("demo");
        assertThat(lease.forward(80)).isEqualTo(FIRST);

        Allocator other = open();
        Lease found = other.lease(lease.id()).orElseThrow();
        assertThat(found.forward(8080)).isEqualTo(SECOND);
        assertThat(provider.forwards).isEqualTo(Map.of(FIRST, 80, SECOND, 8080));
        found.close();
        assertThat(provider.forwards).isEqualTo(Map.of(FIRST, 80));
        assertThat(found.forward(8080)).isEqualTo(SECOND);
        other.close();
        assertThat(provider.forwards).isEqualTo(Map.of(FIRST, 80));

        lease.detach();
        assertThat(provider.forwards).isEqualTo(Map.of(FIRST, 80));
        lease.close();
        assertThat(provider.forwards).isEmpty();
        lease.discard();
        assertThatThrownBy(() -> lease.forward(80)).isInstanceOf(LeaseEndedException.class);
        assertThat(provider.forwards).isEmpty();
    }

    @Test
    void aProviderThatCannotIsNotAsked() {
        Lease lease = open().allocate("demo");
        assertThatThrownBy(() -> lease.forward(80))
                .isInstanceOf(MachineAccessException.class)
                .hasMessageContaining("has no SSH log-in that is known");
        assertThatThrownBy(() -> lease.forward(65_536)).isInstanceOf(IllegalArgumentException.class);
        assertThat(provider.forwards).isEmpty();
    }
}
