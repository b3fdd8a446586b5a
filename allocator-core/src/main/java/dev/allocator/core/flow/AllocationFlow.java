package dev.allocator.core.flow;

import dev.allocator.AllocatorException;
import dev.allocator.Credentials;
import dev.allocator.Durations;
import dev.allocator.Keep;
import dev.allocator.MachineId;
import dev.allocator.Phase;
import dev.allocator.Profile;
import dev.allocator.SshEndpoint;
import dev.allocator.core.claim.Holding;
import dev.allocator.core.flow.Made.Planted;
import dev.allocator.core.lease.LeaseRecord;
import dev.allocator.core.lease.LeaseSecrets;
import dev.allocator.core.lease.MachineAccess;
import dev.allocator.core.lease.RecentAddresses;
import dev.allocator.core.machine.EventLog;
import dev.allocator.core.machine.Evidence;
import dev.allocator.core.profile.ProviderInstance;
import dev.allocator.core.profile.ResolvedProfile;
import dev.allocator.core.spread.SpreadRun;
import dev.allocator.core.ssh.GeneratedKey;
import dev.allocator.core.ssh.SshKeys;
import dev.allocator.event.LeaseReady;
import dev.allocator.event.Progress;
import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.Capability;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.MachineTags;
import dev.allocator.spi.NetworkCard;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * How one allocation goes, from the request to the lease:
 *
 * <pre>
 * resolve → plan → record the intent → create → reach → setup → [freeze point] → personalise → ready → record the lease
 * </pre>
 *
 * <p>Intent is durable before the world outside changes, results are recorded after. Any failure destroys what was
 * made, ends the records, and becomes an exception that says where the evidence is. All of it runs on one thread of
 * the engine, which an interrupt stops.
 */
public final class AllocationFlow {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

    private final FlowServices services;
    private final Allocation allocation;
    private final Evidence evidence;
    private final EventLog log;
    private final PhaseClock phases;
    private final MachineId machineId = MachineId.random();

    private Optional<SpreadRun> spread = Optional.empty();
    private @Nullable MachinePlan plan;
    private @Nullable Provider provider;
    private @Nullable Made made;
    private @Nullable Deadline deadline;
    private @Nullable Future<?> watchdog;
    private @Nullable Intent intent;
    private @Nullable Profile wanted;
    private @Nullable Preparation preparation;
    private Keep keep = Keep.NEVER;
    private boolean plantsKeys;

    /** The flow of one allocation. */
    public AllocationFlow(FlowServices services, Allocation allocation) {
        this.services = services;
        this.allocation = allocation;
        this.evidence = Evidence.of(services.layout(), allocation.lease());
        this.log = new EventLog(evidence, services.clock());
        this.phases = new PhaseClock(allocation, services.events(), services.clock(), log);
    }

    /** A machine that is ready, and how to get into it if there is a way. */
    public record Ready(LeaseRecord lease, Optional<MachineAccess> access, Optional<byte[]> data) {}

    /**
     * Goes through all phases.
     *
     * @throws AllocatorException if no machine became ready; all that was made is destroyed or recorded to be
     */
    public Ready run() {
        try {
            allocation.begin();
            phases.enter(Phase.RESOLVE);
            ResolvedProfile found =
                    services.configuration().resolve(allocation.request().profile());
            wanted = found.profile();
            keep = KeepChoice.of(allocation.request(), services.keep(), found.profile());
            Deadline deadline = Deadline.in(
                    allocation.request().timeout().or(found.profile()::timeout).orElse(DEFAULT_TIMEOUT));
            this.deadline = deadline;
            watchdog = Watchdog.start(services, allocation, found.profile().provider(), deadline);
            phases.enter(Phase.PLAN);
            ResolvedProfile resolved = services.loginCommand().complete(found, deadline);
            Profile profile = resolved.profile();
            LoginPlan login = LoginPlan.of(profile, allocation.request());
            Provider provider = plan(resolved, login);
            phases.enter(Phase.RECORD);
            services.layout().requireSpace();
            Intent intent = new Intent(services, allocation, plan(), instance(profile), labels(), spread);
            this.intent = intent;
            allocation.turn().await(deadline, this::progress);
            intent.record(deadline, this::progress, () -> plan = provider.plan(plan().spec()));
            allocation.passTurn();
            log.open();
            Made switchedOn = create(provider, login, intent, deadline);
            Optional<Neighbours> network = network(intent, switchedOn);
            Preparation preparation = new Preparation(
                    services,
                    allocation.lease(),
                    phases,
                    switchedOn,
                    allocation.request().name().isPresent(),
                    network,
                    deadline,
                    this::progress);
            this.preparation = preparation;
            Optional<MachineAccess> access = preparation.run();
            Ready ready = handOut(profile, preparation.machine(), access);
            if (network.isPresent() && access.isPresent()) {
                network.get().introduce(access.get(), preparation.neighbours(), deadline);
            }
            return announce(ready);
        } catch (Throwable failure) { // whatever a plugin throws, its machine has to go
            throw new FailedAllocation(services, allocation, evidence, log, phases, keep, deadline, remains())
                    .cleanUp(failure);
        } finally {
            if (watchdog != null) {
                watchdog.cancel(false);
            }
        }
    }

    private Provider plan(ResolvedProfile resolved, LoginPlan login) throws ProviderException, InterruptedException {
        login.requireUsable();
        Profile profile = resolved.profile();
        spread = services.spread().get();
        Provider provider = services.providers().get(instance(profile));
        this.provider = provider;
        Shares.require(resolved, provider);
        Optional<String> network = NetworkChoice.of(allocation.request(), resolved, provider);
        plantsKeys = login.needsBootstrap() && provider.capabilities().contains(Capability.BOOTSTRAP);
        boolean othersMayGetIn = provider.capabilities().contains(Capability.LOGIN)
                || provider.capabilities().contains(Capability.EXEC);
        if (login.needsBootstrap() && !plantsKeys && !othersMayGetIn) {
            throw new ProviderException(resolved.location() + ": profile '" + profile.name()
                    + "' names no login, and provider '" + profile.provider()
                    + "' cannot plant a key: add login: {user: …, password: …}");
        }
        MachineTags tags = new MachineTags(
                services.store().realm(),
                Optional.of(allocation.lease()),
                services.owner().get().toString(),
                ttl(profile).map(services.clock().instant()::plus),
                labels());
        plan = provider.plan(new MachineSpec(
                machineId,
                profile,
                resolved.settings(),
                resolved.location(),
                network,
                allocation.request().name().orElseGet(() -> HostName.of(profile, machineId)),
                plantsKeys,
                tags));
        progress(plan.description());
        return provider;
    }

    private Made create(Provider provider, LoginPlan login, Intent intent, Deadline deadline)
            throws ProviderException, InterruptedException {
        phases.enter(Phase.CREATE);
        Optional<Bootstrap> bootstrap = Optional.empty();
        Optional<Planted> planted = Optional.empty();
        if (plantsKeys) {
            GeneratedKey user = SshKeys.generate("allocator-" + machineId);
            GeneratedKey host = SshKeys.generate("host-" + machineId);
            planted = Optional.of(new Planted(Credentials.key("root", user.privateKey()), host.publicKey()));
            bootstrap = Optional.of(new Bootstrap(user.authorizedKey(), host.privateKey(), host.publicKey()));
        }
        Machine machine = provider.create(
                plan(),
                new FlowCreateContext(
                        deadline,
                        bootstrap,
                        intent.room().claim(),
                        intent.room().network(),
                        services.leases(),
                        new RecentAddresses(services.store(), services.leases(), services.clock(), allocation.lease()),
                        this::progress));
        Made switchedOn = new Made(provider, plan(), machine, login.with(machine.login()), planted);
        made = switchedOn;
        return switchedOn;
    }

    /** The network that the machine has a seat in, if it has one. */
    private Optional<Neighbours> network(Intent intent, Made made) throws ProviderException {
        Optional<Holding> seat =
                intent.room().holdings().stream().filter(Holding::isSeat).findFirst();
        if (seat.isEmpty()) {
            return Optional.empty();
        }
        NetworkCard card = made.machine().networks().stream()
                .filter(any -> any.network().equals(seat.get().place()))
                .findFirst()
                .orElseThrow(() ->
                        new ProviderException("provider '" + made.profile().provider()
                                + "' made a machine without a card in network '"
                                + seat.get().place() + "'"));
        return Optional.of(new Neighbours(services, seat.get(), card, this::progress));
    }

    private Ready handOut(Profile profile, Machine machine, Optional<MachineAccess> access)
            throws InterruptedException {
        allocation.requireNotStopped();
        Optional<SshEndpoint> endpoint = access.flatMap(MachineAccess::endpoint);
        if (access.isPresent() || machine.data().isPresent()) {
            new LeaseSecrets(
                            endpoint.map(SshEndpoint::credentials),
                            access.flatMap(MachineAccess::rootLogin),
                            access.filter(MachineAccess::isThroughProvider).isPresent(),
                            machine.data())
                    .save(services.store(), allocation.lease());
        }
        boolean triedLogin = access.filter(MachineAccess::hasLoggedIn).isPresent();
        LeaseRecord lease = services.leases().update(allocation.lease(), pending -> {
            LeaseRecord ready = pending.ready(
                    services.clock().instant(),
                    ttl(profile).orElse(null),
                    machine,
                    endpoint.map(SshEndpoint::user).orElse(null),
                    endpoint.map(SshEndpoint::hostKeys).orElse(List.of()),
                    phases.durations());
            LeaseRecord tried = triedLogin ? ready : ready.withLoginUntried();
            return keep == Keep.ALWAYS ? tried.outlivingItsEnd() : tried;
        });
        return new Ready(lease, access, machine.data());
    }

    private Ready announce(Ready ready) {
        log.add("the lease is ready, after " + Durations.format(phases.total()));
        services.events()
                .publish(new LeaseReady(
                        ready.lease().id(),
                        ready.lease().profile(),
                        services.clock().instant(),
                        phases.total()));
        return ready;
    }

    /** What has come of it so far. */
    private Remains remains() {
        return new Remains(machineId, wanted, provider, plan, intent, made, preparation);
    }

    /** Those of the request, and those of spread, which nobody else sets. */
    private Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>(allocation.request().labels());
        spread.map(SpreadRun::labels).ifPresent(labels::putAll);
        return labels;
    }

    private MachinePlan plan() {
        return Objects.requireNonNull(plan);
    }

    private ProviderInstance instance(Profile profile) {
        return Objects.requireNonNull(services.providers().configured().get(profile.provider()));
    }

    private Optional<Duration> ttl(Profile profile) {
        return allocation.request().ttl().or(profile::ttl);
    }

    private void progress(String message) {
        log.add(allocation.phase() + ": " + message);
        services.events()
                .publish(new Progress(
                        allocation.lease(),
                        allocation.request().profile(),
                        services.clock().instant(),
                        allocation.phase(),
                        message));
    }
}
