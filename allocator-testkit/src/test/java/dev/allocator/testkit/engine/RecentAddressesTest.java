package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.LeaseId;
import dev.allocator.core.lease.Leases;
import dev.allocator.core.lease.OwnerId;
import dev.allocator.core.lease.RecentAddresses;
import dev.allocator.core.lease.Wakeups;
import dev.allocator.spi.Store;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecentAddressesTest extends EngineTest {

    @BeforeEach
    void stopTheClock() {
        now.set(Instant.now()); // the store keeps by it which days of history are past
    }

    private boolean recent(HostAndPort address, LeaseId asker) {
        try (Store store = store()) {
            Leases leases = new Leases(store, Wakeups.NONE, OwnerId.self());
            return new RecentAddresses(store, leases, clock, asker).test(address);
        }
    }

    @Test
    void anotherLeasesAddressIsRecentForADayAfterItsEnd() {
        Lease lease = open(demo().build()).allocate("demo");
        HostAndPort address = lease.info().address().orElseThrow();
        LeaseId other = LeaseId.random();

        assertThat(recent(address, other)).isTrue();
        assertThat(recent(address, lease.id())).isFalse();
        assertThat(recent(new HostAndPort("127.0.0.1", 1), other)).isFalse();

        lease.discard();
        assertThat(recent(address, other)).isTrue();
        assertThat(recent(new HostAndPort(address.host(), address.port() / 10), other))
                .isFalse();
        now.set(now.get().plus(Duration.ofHours(24)).plusSeconds(1));
        assertThat(recent(address, other)).isFalse();
    }
}
