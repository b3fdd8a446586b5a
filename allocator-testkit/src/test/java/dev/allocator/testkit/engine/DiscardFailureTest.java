package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Allocator;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.DiscardException;
import dev.allocator.Lease;
import dev.allocator.LeaseEndedException;
import dev.allocator.LeaseState;
import org.junit.jupiter.api.Test;

class DiscardFailureTest extends EngineTest {

    @Test
    void theRecordIsKeptUntilTheMachineIsGone() {
        Allocator allocator = open(fault("destroy-fails"));
        Lease lease = allocator.allocate("demo");

        assertThatThrownBy(lease::discard)
                .isInstanceOfSatisfying(
                        DiscardException.class, e -> assertThat(e.lease()).isEqualTo(lease.id()))
                .hasMessageContaining("destroy-fails")
                .hasMessageContaining("record is kept");
        assertThat(lease.info().state()).isEqualTo(LeaseState.ENDING);
        assertThat(onlyLease(allocator).problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("destroy-fails"));
        assertThat(allocator.ended()).isEmpty();
        assertThatThrownBy(() -> lease.exec("true")).isInstanceOf(LeaseEndedException.class);
        Allocator second = open();
        assertThat(entries(second.cleanup()))
                .singleElement()
                .satisfies(entry -> assertThat(entry.outcome()).isEqualTo(Outcome.FAILED));
        Lease found = second.lease(lease.id()).orElseThrow();
        assertThatThrownBy(found::discard).isInstanceOf(DiscardException.class);

        host.machines().get(0).repair();
        assertThat(entries(second.cleanup()))
                .singleElement()
                .satisfies(entry -> assertThat(entry.outcome()).isEqualTo(Outcome.DESTROYED));
        assertNothingLeft();
        lease.close();
        assertThat(allocator.ended()).hasSize(1);
    }

    @Test
    void closingTheAllocatorReportsIt() {
        Allocator allocator = open(fault("destroy-fails"));
        Lease lease = allocator.allocate("demo");
        assertThatThrownBy(allocator::close)
                .isInstanceOf(DiscardException.class)
                .hasMessageContaining(lease.id().value());
        allocator.close();
        Allocator second = open();
        host.machines().get(0).repair();
        second.lease(lease.id()).orElseThrow().discard();
        assertNothingLeft();
    }

    @Test
    void aFailedAllocationSaysThatItsMachineIsLeft() {
        Allocator allocator =
                open(demo().setting("fault", "destroy-fails").setup("exit 1").build());
        assertThatThrownBy(() -> allocator.allocate("demo"))
                .hasMessageContaining("setup")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .hasOnlyElementsOfType(DiscardException.class)
                        .hasSize(1));
        assertThat(onlyLease(allocator).state()).isEqualTo(LeaseState.ENDING);
        host.machines().get(0).repair();
        allocator.cleanup();
        assertNothingLeft();
    }
}
