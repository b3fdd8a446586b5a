package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.allocator.AllocationException;
import dev.allocator.AllocationFailure;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.CleanupRequest;
import dev.allocator.Command;
import dev.allocator.ConfigurationException;
import dev.allocator.Keep;
import dev.allocator.Lease;
import dev.allocator.LeaseId;
import dev.allocator.LeaseInfo;
import dev.allocator.Profile;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Machines that are kept for somebody to look at. */
final class KeepTest extends EngineTest {

    private static final AllocationRequest DEMO =
            AllocationRequest.forProfile("demo").build();

    private static Profile broken() {
        return demo().setup("exit 3").keep(Keep.FAILED).build();
    }

    private static AllocationFailure failure(Allocator allocator, AllocationRequest request) {
        return catchThrowableOfType(AllocationException.class, () -> allocator.allocate(request))
                .failure();
    }

    private Allocator openWith(String keep, Profile... profiles) {
        return open(options(profiles)
                .environment(Map.of(
                        "HOME", folder.toString(), "ALLOCATOR_KEEP", keep, "XDG_CACHE_HOME", folder + "/cache")));
    }

    @Test
    void aMachineWhoseAllocationFailedIsALeaseThatAnyoneCanUseUntilItsEnd() {
        Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Instant end = start.plus(Duration.ofHours(2));
        now.set(start);
        Allocator allocator = open(broken());
        AllocationFailure failure = failure(allocator, DEMO);

        LeaseId id = failure.lease().orElseThrow();
        LeaseInfo info = allocator.leases().get(0);
        assertThat(info.id()).isEqualTo(id);
        assertThat(info.attached()).isFalse();
        assertThat(info.problem())
                .hasValueSatisfying(problem -> assertThat(problem)
                        .contains("its machine is kept", "setup step 'step 1' failed with status 3"));
        assertThat(info.expires()).contains(end);
        String address = info.address().orElseThrow().toString();
        assertThat(failure.kept())
                .contains("the machine of lease " + id
                        + " is kept until " + end + ": log in with 'allocator ssh "
                        + address + "' (or 'ssh -p "
                        + info.address().orElseThrow().port() + " tester@127.0.0.1'), end it with 'allocator discard "
                        + id + "'");
        assertThat(failure.toString()).contains("'allocator discard " + id + "'");
        allocator.close();

        Allocator other = open(broken());
        assertThat(host.machines()).hasSize(1);
        try (Lease lease = other.leaseAt(address).orElseThrow()) {
            assertThat(lease.exec("true").succeeded()).isTrue();
        }
        now.set(end.plusSeconds(1));
        other.cleanup(CleanupRequest.everything());
        assertNothingLeft();
        assertThat(failure.evidence().orElseThrow()).isDirectoryContaining("glob:**/events.log");
    }

    @Test
    void whoeverHasOnlyTheEnginesKeyGetsInByIt() {
        Allocator allocator = open(Profile.named("demo", "in-process")
                .setup("exit 3")
                .keep(Keep.FAILED)
                .ttl(Duration.ofMinutes(10))
                .build());
        AllocationFailure failure = failure(allocator, DEMO);

        assertThat(failure.kept()).hasValueSatisfying(hint -> assertThat(hint).doesNotContain("ssh -p"));
        Lease lease = allocator.lease(failure.lease().orElseThrow()).orElseThrow();
        assertThat(lease.exec(Command.of("true").asRoot()).succeeded()).isTrue();
        assertThat(lease.info().expires().orElseThrow())
                .isBetween(Instant.now(), Instant.now().plus(Duration.ofMinutes(10)));
        lease.discard();
        assertNothingLeft();
    }

    @Test
    void theRequestCountsMoreThanTheEnvironmentAndThatMoreThanTheProfile() {
        Profile kept = broken();
        AllocationRequest never =
                AllocationRequest.forProfile("demo").keep(Keep.NEVER).build();
        assertThat(failure(openWith("failed", demo().setup("exit 3").build()), never)
                        .kept())
                .isEmpty();
        assertThat(failure(openWith("never", kept), DEMO).kept()).isEmpty();
        assertNothingLeft();
        assertThat(failure(openWith("failed", demo().setup("exit 3").build()), DEMO)
                        .kept())
                .isPresent();
        assertThatThrownBy(() -> openWith("sometimes", kept).allocate("demo"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("environment variable ALLOCATOR_KEEP: expected failed, always or never, not 'sometimes'");
    }

    @Test
    void whatIsDeadOrNeverWasIsNotKept() {
        Allocator allocator = open(
                demo().setting("fault", "dies")
                        .setting("ready-after", "60s")
                        .keep(Keep.ALWAYS)
                        .build(),
                Profile.named("unmade", "in-process")
                        .login(LOGIN)
                        .setting("fault", "create-fails")
                        .keep(Keep.FAILED)
                        .build());
        assertThat(failure(allocator, DEMO).kept()).isEmpty();
        assertThat(failure(allocator, AllocationRequest.forProfile("unmade").build())
                        .kept())
                .isEmpty();
        assertNothingLeft();
    }

    @Test
    void whoeverHasTheLeaseCanKeepItAndIsToldHowToGoOn() {
        Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        now.set(start);
        Allocator allocator = open(demo().build());
        Lease lease = allocator.allocate(DEMO);
        assertThatThrownBy(() -> lease.keep(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThat(lease.info().attached()).isTrue();

        assertThat(lease.keep(Duration.ofHours(3)))
                .startsWith("the machine of lease " + lease.id() + " is kept until " + start.plus(Duration.ofHours(3))
                        + ": log in with 'allocator ssh ")
                .endsWith("end it with 'allocator discard " + lease.id() + "'");
        lease.close();
        allocator.close();

        assertThat(host.machines()).hasSize(1);
        open(demo().build()).lease(lease.id()).orElseThrow().discard();
        assertNothingLeft();
    }

    @Test
    void whatAnotherProcessDetachedOutlivesLeaseAndAllocator() {
        Allocator owner = open(demo().build());
        Lease closed = owner.allocate("demo");
        Lease left = owner.allocate("demo");
        Allocator other = open(demo().build());
        other.leases().forEach(info -> other.lease(info.id()).orElseThrow().detach());

        closed.close();
        owner.close();

        assertThat(other.leases()).extracting(LeaseInfo::id).containsExactly(closed.id(), left.id());
        other.leases().forEach(info -> other.lease(info.id()).orElseThrow().discard());
        assertNothingLeft();
    }

    @Test
    void aLeaseToKeepThatWasDiscardedByItsNameIsClosedQuietly() {
        Allocator owner = open(demo().keep(Keep.ALWAYS).build());
        Lease closed = owner.allocate("demo");
        Lease left = owner.allocate("demo");
        Allocator other = open(demo().build());
        other.leases().forEach(info -> other.lease(info.id()).orElseThrow().discard());

        closed.close();
        owner.close();

        assertThat(left.endpoint()).isPresent();
        assertNothingLeft();
    }

    @Test
    void alwaysMeansAlsoWhenLeaseOrAllocatorAreClosed() {
        Allocator allocator = open(demo().keep(Keep.ALWAYS).build());
        Lease closed = allocator.allocate("demo");
        Lease left = allocator.allocate("demo");
        Lease discarded = allocator.allocate("demo");
        closed.close();
        discarded.discard();
        assertThat(closed.info().attached()).isFalse();
        assertThat(closed.info().expires().orElseThrow())
                .isBetween(Instant.now(), Instant.now().plus(Duration.ofHours(2)));
        allocator.close();

        Allocator other = open(demo().build());
        assertThat(other.leases()).extracting(LeaseInfo::id).containsExactly(closed.id(), left.id());
        assertThat(other.leases()).noneMatch(LeaseInfo::attached);
        other.leases().forEach(info -> other.lease(info.id()).orElseThrow().discard());
        assertNothingLeft();
    }
}
