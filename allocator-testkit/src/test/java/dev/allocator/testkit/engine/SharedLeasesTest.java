package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.Allocator;
import dev.allocator.EndReason;
import dev.allocator.Lease;
import dev.allocator.LeaseEndedException;
import dev.allocator.LeaseId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SharedLeasesTest extends EngineTest {

    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    @BeforeEach
    void stopTheClock() {
        now.set(START);
    }

    @Test
    void aLeaseIsUsableFromAnotherAllocator() {
        Lease lease = open(demo().build()).allocate("demo");
        Allocator second = open();
        String address = lease.endpoint().orElseThrow().address().toString();

        assertThat(second.lease(LeaseId.random())).isEmpty();
        assertThat(second.leaseAt("127.0.0.1:1")).isEmpty();
        assertThatThrownBy(() -> second.leaseAt("no address:x")).isInstanceOf(IllegalArgumentException.class);
        Lease same = second.leaseAt(address).orElseThrow();
        assertThat(same.id()).isEqualTo(lease.id());
        assertThat(same.exec("echo", "hi").stdout()).isEqualTo("hi\n");
        assertThat(same.endpoint().orElseThrow().credentials()).isEqualTo(LOGIN);
        assertThat(same.endpoint().orElseThrow().hostKeys())
                .isEqualTo(lease.endpoint().orElseThrow().hostKeys());
        assertThat(same.attributes()).containsEntry("accel", "none");

        same.close(); // is not attached there: that only lets go of it
        assertThat(lease.exec("true").succeeded()).isTrue();
        second.close();
        assertThat(host.machines()).hasSize(1);
    }

    @Test
    void aLeaseThatAnotherAllocatorDiscardedHasEnded() {
        Allocator first = open(demo().build());
        Lease lease = first.allocate("demo");
        lease.exec("true");
        open().lease(lease.id()).orElseThrow().discard();

        assertNothingLeft();
        assertThatThrownBy(() -> lease.exec("true")).isInstanceOf(LeaseEndedException.class);
        assertThatThrownBy(() -> lease.upload(folder, "x")).isInstanceOf(LeaseEndedException.class);
        assertThatThrownBy(() -> lease.forward(1)).isInstanceOf(LeaseEndedException.class);
        assertThatThrownBy(() -> lease.renew(Duration.ofHours(1))).isInstanceOf(LeaseEndedException.class);
        assertThatThrownBy(lease::detach).isInstanceOf(LeaseEndedException.class);
        assertThat(lease.info().id()).isEqualTo(lease.id());
        assertThat(first.lease(lease.id())).isEmpty();
        lease.discard();
        lease.close();
        assertThat(first.ended())
                .singleElement()
                .satisfies(ended -> assertThat(ended.reason()).isEqualTo(EndReason.DISCARDED));
    }

    @Test
    void aCommandUnderWayEndsWithTheLease() {
        Lease lease = open(demo().build()).allocate("demo");
        var running = java.util.concurrent.CompletableFuture.supplyAsync(
                () -> lease.exec(dev.allocator.Command.shell("touch started; sleep 100")));
        await().atMost(SOON).until(() -> files("machines").stream().anyMatch(file -> file.endsWith("started")));
        lease.discard();
        assertThatThrownBy(running::join).hasCauseInstanceOf(LeaseEndedException.class);
    }

    @Test
    void renewSetsTheEndFromNow() {
        Allocator allocator = open(demo().ttl(Duration.ofHours(1)).build());
        Lease lease = allocator.allocate("demo");
        assertThat(lease.info().expires()).contains(START.plus(Duration.ofHours(1)));
        now.set(START.plusSeconds(10));
        lease.renew(Duration.ofMinutes(5));
        assertThat(lease.info().expires()).contains(START.plusSeconds(310));
        assertThat(onlyLease(open()).expires()).contains(START.plusSeconds(310));
        assertThatThrownBy(() -> lease.renew(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDetachedLeaseOutlivesItsAllocator() {
        LeaseId id;
        try (Allocator first = open(demo().build());
                Lease lease = first.allocate("demo")) {
            id = lease.id();
            lease.detach();
            lease.detach();
            assertThat(lease.info().attached()).isFalse();
            assertThat(lease.exec("true").succeeded()).isTrue();
        }
        assertThat(host.machines()).hasSize(1);
        Allocator second = open();
        assertThat(onlyLease(second).expires()).contains(START.plus(Duration.ofHours(24)));
        assertThat(onlyLease(second).owner()).isEmpty();
        second.cleanup();
        Lease found = second.lease(id).orElseThrow();
        assertThat(found.exec("true").succeeded()).isTrue();
        now.set(START.plus(Duration.ofHours(24)));
        second.cleanup();
        assertNothingLeft();
        assertThatThrownBy(() -> found.exec("true")).isInstanceOf(LeaseEndedException.class);
    }

    @Test
    void detachingKeepsTheTimeThatWasSet() {
        Lease lease = open(demo().ttl(Duration.ofMinutes(7)).build()).allocate("demo");
        lease.detach();
        assertThat(lease.info().expires()).contains(START.plus(Duration.ofMinutes(7)));
    }
}
