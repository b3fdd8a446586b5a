package dev.allocator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Allocator;
import dev.allocator.AllocatorException;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.spi.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which lease an address means if several have it. */
class SharedAddressTest extends ScriptedEngine {

    @Test
    void anAddressOfAHostThatIsSharedDoesNotSayWhoseMachineIsMeant() {
        provider.claims = Map.of("GPU", 1L);
        provider.places = List.of(new Place("a", Map.of("GPU", 2L)));
        provider.address = Optional.of(new HostAndPort("192.0.2.1", 22));
        Allocator allocator = open();
        Lease one = allocator.allocate("demo");
        Lease two = allocator.allocate("demo");

        assertThatThrownBy(() -> allocator.leaseAt("192.0.2.1"))
                .isInstanceOf(AllocatorException.class)
                .hasMessage("2 leases are at 192.0.2.1, so that it does not say which is meant;"
                        + " name one of them by its id: " + one.id() + ", " + two.id());
        two.discard();
        assertThat(allocator.leaseAt("192.0.2.1").orElseThrow().id()).isEqualTo(one.id());
        one.discard();
        assertThat(allocator.leaseAt("192.0.2.1")).isEmpty();
    }

    @Test
    void anAddressThatIsNotSharedIsThatOfItsLatestLease() {
        provider.address = Optional.of(new HostAndPort("192.0.2.1", 22));
        Allocator allocator = open(options()
                .profile(Profile.named("few", "scripted")
                        .readiness(Readiness.none())
                        .limit(2)
                        .build()));
        Lease gone = allocator.allocate("few"); // its machine has died, and nobody knows that yet
        Lease latest = allocator.allocate("few");

        assertThat(allocator.leaseAt("192.0.2.1").orElseThrow().id()).isEqualTo(latest.id());
        latest.discard();
        assertThat(allocator.leaseAt("192.0.2.1").orElseThrow().id()).isEqualTo(gone.id());
    }
}
