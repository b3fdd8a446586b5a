package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.DiscardException;
import dev.allocator.EndReason;
import dev.allocator.Lease;
import dev.allocator.LeaseEndedException;
import dev.allocator.LeaseInfo;
import dev.allocator.LeaseState;
import dev.allocator.Profile;
import dev.allocator.core.TimedEngine;
import dev.allocator.testkit.FakeClock;
import dev.allocator.testkit.FakeTaskRunner;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the engine does when time passes, without waiting for it. */
class PassingTimeTest extends EngineTest {

    private final FakeClock fake = new FakeClock();
    private Allocator allocator;

    private Allocator timed(Profile... profiles) {
        allocator = TimedEngine.open(options(profiles).clock(fake).build(), new FakeTaskRunner(fake));
        return allocator;
    }

    @AfterEach
    void closeTimed() {
        host.machines().forEach(machine -> machine.repair());
        allocator.close();
    }

    private static AllocationRequest forMinutes(int minutes) {
        return AllocationRequest.forProfile("demo")
                .ttl(Duration.ofMinutes(minutes))
                .build();
    }

    private void awaitMachines(int count) {
        await().atMost(SOON)
                .until(() ->
                        host.machines().size() == count && allocator.leases().size() == count);
    }

    @Test
    void anAttachedLeaseEndsWhenItsTimeIsOver() {
        timed(demo().build());
        Lease lease = allocator.allocate(forMinutes(10));
        Lease other = allocator.allocate("demo");
        fake.advance(Duration.ofMinutes(10).minusSeconds(1));
        assertThat(lease.exec("true").succeeded()).isTrue();
        fake.advance(Duration.ofSeconds(1));
        awaitMachines(1);
        assertThat(allocator.ended())
                .singleElement()
                .satisfies(ended -> assertThat(ended.reason()).isEqualTo(EndReason.EXPIRED));
        assertThatThrownBy(() -> lease.exec("true")).isInstanceOf(LeaseEndedException.class);
        assertThat(other.exec("true").succeeded()).isTrue();
    }

    @Test
    void anyExpiredLeaseOfTheStoreEndsWithinAMinute() {
        timed(demo().build());
        try (Allocator another =
                Allocator.open(options(demo().build()).clock(fake).build())) {
            another.allocate(forMinutes(1)).detach();
        }
        Lease own = allocator.allocate("demo"); // who owns leases looks after all
        awaitMachines(2);
        fake.advance(Duration.ofMinutes(2));
        awaitMachines(1);
        assertThat(own.exec("true").succeeded()).isTrue();
    }

    @Test
    void aMachineThatIsNotDestroyedIsTriedAgainLessAndLessOften() {
        timed(demo().setting("destroy-failures", "3").build());
        Lease lease = allocator.allocate("demo");
        assertThatThrownBy(lease::discard).isInstanceOf(DiscardException.class);
        int failures = 1;
        for (int seconds : new int[] {10, 20}) {
            awaitFailures(failures++);
            Instant next = nextTry();
            assertThat(next).isEqualTo(fake.instant().plusSeconds(seconds));
            fake.advance(Duration.ofSeconds(seconds - 1));
            assertThat(nextTry()).isEqualTo(next);
            fake.advance(Duration.ofSeconds(1));
        }
        awaitFailures(failures);
        fake.advance(Duration.ofSeconds(40));
        awaitMachines(0);
        assertThat(allocator.ended()).hasSize(1);
        assertNothingLeft();
    }

    private void awaitFailures(int count) {
        Pattern attempts = Pattern.compile("\"attempts\" ?: ?" + count);
        await().atMost(SOON)
                .until(() -> files("records/lease").stream()
                        .anyMatch(file -> attempts.matcher(Fork.text(file)).find()));
    }

    private Instant nextTry() {
        LeaseInfo lease = onlyLease(allocator);
        assertThat(lease.state()).isEqualTo(LeaseState.ENDING);
        return lease.nextTry().orElseThrow();
    }

    @Test
    void aClockThatIsSetBackLetsNoLeaseLiveForever() {
        timed(demo().build());
        allocator.allocate(forMinutes(10));
        fake.set(fake.instant().minus(Duration.ofHours(1)));
        fake.advance(Duration.ofMinutes(60));
        assertThat(host.machines()).hasSize(1);
        fake.advance(Duration.ofMinutes(10));
        awaitMachines(0);
    }

    @Test
    void aClockThatIsSetForwardEndsWhatIsOver() {
        timed(demo().build());
        allocator.allocate(forMinutes(10));
        Lease lease = allocator.allocate("demo");
        fake.set(fake.instant().plus(Duration.ofDays(1)));
        fake.advance(Duration.ofSeconds(1));
        awaitMachines(1);
        assertThat(lease.exec("true").succeeded()).isTrue();
    }
}
