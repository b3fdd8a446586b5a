package dev.allocator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.DiscardException;
import dev.allocator.EndReason;
import dev.allocator.Lease;
import dev.allocator.LeaseInfo;
import dev.allocator.LeaseState;
import dev.allocator.MachineId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Machines that cannot be destroyed at once, and clocks that are set. */
class RetryTest extends ScriptedEngine {

    private int attempts(Lease lease) {
        return content(leaseKey(lease)).path("attempts").asInt();
    }

    @Test
    void anAllocatorTriesAgainWithBackOffAndKeepsTheFirstReason() {
        Allocator allocator = open();
        Lease lease = allocator.allocate(
                AllocationRequest.forProfile("demo").ttl(Duration.ofHours(1)).build());
        provider.destroy = ScriptedProvider.failing("the host is away");
        passes(Duration.ofHours(1));

        int[] delays = {10, 20, 40, 80, 160, 320, 600, 600};
        for (int i = 0; i < delays.length; i++) {
            int failures = i + 1;
            await().atMost(SOON).until(() -> attempts(lease) == failures);
            LeaseInfo info = onlyLease(allocator);
            assertThat(info.problem()).contains("the host is away");
            assertThat(info.nextTry()).contains(now.get().plusSeconds(delays[i]));
            now.set(info.nextTry().orElseThrow());
        }
        provider.destroy = machine -> {};
        passes(Duration.ofMinutes(10));
        await().atMost(SOON).until(() -> allocator.ended().size() == 1);
        assertThat(allocator.ended().get(0).reason()).isEqualTo(EndReason.EXPIRED);
        awaitNothingLeft();
    }

    @Test
    void anotherAllocatorTriesAgainToo() {
        Allocator dying = open();
        Lease lease = dying.allocate("demo");
        provider.destroy = ScriptedProvider.failing("the host is away");
        assertThatThrownBy(dying::close)
                .isInstanceOf(DiscardException.class)
                .hasMessageContaining("the host is away")
                .hasMessageContaining("its record is kept, and it is tried again in 10s");
        provider.destroy = machine -> {};

        Allocator other = open();
        other.allocate("demo").detach(); // looks after what is left from now on
        assertThat(other.lease(lease.id())).isPresent();
        passes(Duration.ofMinutes(2)); // a leap, so that it looks at once
        await().atMost(SOON).until(() -> other.lease(lease.id()).isEmpty());
        assertThat(provider.machines).hasSize(1);
    }

    @Test
    void whoOnlyDiscardsTriesAgainAsLongAsItLives() {
        Lease lease = open().allocate("demo");
        lease.detach();
        Allocator other = open();
        provider.destroy = ScriptedProvider.failing("the host is away");
        Lease same = other.lease(lease.id()).orElseThrow();
        assertThatThrownBy(same::discard).isInstanceOf(DiscardException.class);
        provider.destroy = machine -> {};
        passes(Duration.ofSeconds(10));
        awaitNothingLeft();
    }

    @Test
    void aClockSetBackEndsNothingAndDelaysNoRetry() {
        Allocator allocator = open();
        Lease kept = allocator.allocate(
                AllocationRequest.forProfile("demo").ttl(Duration.ofHours(1)).build());
        Lease failing = allocator.allocate("demo");
        provider.destroy = ScriptedProvider.failing("the host is away");
        assertThatThrownBy(failing::discard).isInstanceOf(DiscardException.class);
        provider.destroy = machine -> {};

        now.set(Instant.parse("2001-01-01T00:00:00Z"));

        await().atMost(SOON).until(() -> allocator.lease(failing.id()).isEmpty());
        assertThat(kept.info().state()).isEqualTo(LeaseState.READY);
        assertThat(open().cleanup().entries()).isEmpty();
        kept.renew(Duration.ofMinutes(1));
        passes(Duration.ofMinutes(1));
        awaitNothingLeft();
    }

    @Test
    void aClockSetForwardEndsWhatHasATimeWithinASecondOrTwo() {
        Allocator allocator = open();
        Lease detached = allocator.allocate("demo");
        detached.detach();
        Lease attached = allocator.allocate("demo");

        passes(Duration.ofDays(365));

        await().atMost(SOON).until(() -> allocator.lease(detached.id()).isEmpty());
        assertThat(allocator.ended().get(0).reason()).isEqualTo(EndReason.EXPIRED);
        assertThat(attached.info().state()).isEqualTo(LeaseState.READY); // its owner lives
    }

    @Test
    void aRecordThatCannotBeReadKeepsNoOtherLeaseAlive() throws Exception {
        Allocator allocator = open();
        Lease damaged = allocator.allocate("demo");
        Lease other = allocator.allocate(
                AllocationRequest.forProfile("demo").ttl(Duration.ofSeconds(5)).build());
        MachineId machine = damaged.info().machine().orElseThrow();
        edit(leaseKey(damaged), tree -> tree.put("format", 99));

        passes(Duration.ofSeconds(5));

        await().atMost(SOON).until(() -> allocator.lease(other.id()).isEmpty());
        assertThat(provider.machines).containsOnlyKeys(machine);
        edit(leaseKey(damaged), tree -> tree.put("format", 1));
    }

    @Test
    void whateverAPluginThrowsTheRecordIsKept() {
        Allocator allocator = open();
        Lease lease = allocator.allocate("demo");
        provider.destroy = machine -> {
            throw new AssertionError("a bug");
        };
        assertThatThrownBy(lease::discard).isInstanceOf(DiscardException.class).hasMessageContaining("a bug");
        assertThat(onlyLease(allocator).problem())
                .hasValueSatisfying(why -> assertThat(why).contains("a bug"));
    }
}
