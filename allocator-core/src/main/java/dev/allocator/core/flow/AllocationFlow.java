package dev.allocator.core.flow;

import dev.allocator.AllocatorException;
import dev.allocator.Credentials;
import dev.allocator.EndReason;
import dev.allocator.HostKey;
import dev.allocator.MachineId;
import dev.allocator.Phase;
import dev.allocator.Profile;
import dev.allocator.Readiness.Level;
import dev.allocator.SetupStep;
import dev.allocator.SshEndpoint;
import dev.allocator.StoreException;
import dev.allocator.core.lease.LeaseRecord;
import dev.allocator.core.lease.LeaseSecrets;
import dev.allocator.core.lease.MachineAccess;
import dev.allocator.core.lease.MachineSecrets;
import dev.allocator.core.lease.RecentAddresses;
import dev.allocator.core.machine.Evidence;
import dev.allocator.core.profile.ProviderInstance;
import dev.allocator.core.profile.ResolvedProfile;
import dev.allocator.core.readiness.GuestFailure;
import dev.allocator.core.readiness.GuestScripts;
import dev.allocator.core.readiness.LoginTarget;
import dev.allocator.core.readiness.ReadinessFailure;
import dev.allocator.core.spread.SpreadRun;
import dev.allocator.core.ssh.GeneratedKey;
import dev.allocator.core.ssh.RootAccess;
import dev.allocator.core.ssh.SshConnection;
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
    private final PhaseClock phases;
    private final MachineId machineId = MachineId.random();

    private Optional<SpreadRun> spread = Optional.empty();
    private @Nullable MachinePlan plan;
    private @Nullable Machine machine;
    private @Nullable Credentials bootstrapLogin;
    private @Nullable HostKey plantedHostKey;
    private @Nullable Deadline deadline;
    private @Nullable Future<?> watchdog;
    private @Nullable Intent intent;
    private boolean plantsKeys;

    /** The flow of one allocation. */
    public AllocationFlow(FlowServices services, Allocation allocation) {
        this.services = services;
        this.allocation = allocation;
        this.phases = new PhaseClock(allocation, services.events(), services.clock());
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
            Intent intent = new Intent(services, allocation.lease(), plan(), instance(profile), labels(), spread);
            this.intent = intent;
            intent.record(deadline, this::progress, () -> plan = provider.plan(plan().spec()));
            create(provider, intent, deadline);
            Optional<MachineAccess> access =
                    makeReady(profile, login.with(machine().login()), deadline);
            try {
                return handOut(profile, access);
            } catch (InterruptedException | RuntimeException e) {
                access.ifPresent(MachineAccess::close);
                throw e;
            }
        } catch (Throwable failure) { // whatever a plugin throws, its machine has to go
            throw cleanUp(failure);
        } finally {
            if (watchdog != null) {
                watchdog.cancel(false);
            }
        }
    }

    private Provider plan(ResolvedProfile resolved, LoginPlan login) throws ProviderException, InterruptedException {
        Profile profile = resolved.profile();
        spread = services.spread().get();
        Provider provider = services.providers().get(instance(profile));
        plantsKeys = login.needsBootstrap() && provider.capabilities().contains(Capability.BOOTSTRAP);
        if (login.needsBootstrap() && !plantsKeys && !provider.capabilities().contains(Capability.LOGIN)) {
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
                allocation.request().network().or(profile::network),
                HostName.of(profile, machineId),
                plantsKeys,
                tags));
        progress(plan.description());
        return provider;
    }

    private void create(Provider provider, Intent intent, Deadline deadline)
            throws ProviderException, InterruptedException {
        phases.enter(Phase.CREATE);
        Optional<Bootstrap> bootstrap = Optional.empty();
        if (plantsKeys) {
            GeneratedKey user = SshKeys.generate("allocator-" + machineId);
            GeneratedKey host = SshKeys.generate("host-" + machineId);
            bootstrapLogin = Credentials.key("root", user.privateKey());
            plantedHostKey = host.publicKey();
            bootstrap = Optional.of(new Bootstrap(user.authorizedKey(), host.privateKey(), host.publicKey()));
        }
        machine = provider.create(
                plan(),
                new FlowCreateContext(
                        deadline,
                        bootstrap,
                        intent.claim(),
                        services.leases(),
                        new RecentAddresses(services.store(), services.leases(), services.clock(), allocation.lease()),
                        this::progress));
    }

    /** Everything between a machine that was switched on and one that its user can log in to. */
    private Optional<MachineAccess> makeReady(Profile profile, LoginPlan login, Deadline deadline)
            throws ProviderException, ReadinessFailure, GuestFailure, InterruptedException {
        Credentials first = login.image().orElse(bootstrapLogin);
        if (!login.needsLogin()) {
            if (login.level() == Level.BANNER) {
                requireAddress(profile);
                phases.enter(Phase.REACH);
                services.logins()
                        .awaitBanner(target(Optional.ofNullable(first), List.of()), deadline)
                        .close();
            }
            return Optional.ofNullable(first)
                    .filter(user -> machine().address().isPresent())
                    .map(user -> access(user, Optional.empty(), List.of()));
        }
        requireAddress(profile);
        if (first == null) {
            throw unreachable(profile, "whose log-in nobody knows");
        }
        Credentials root = first;

        phases.enter(Phase.REACH);
        boolean fromPlan = machine().login().isEmpty();
        List<HostKey> planted = fromPlan && plantedHostKey != null ? List.of(plantedHostKey) : List.of();
        SshConnection connection = services.logins().awaitLogin(target(Optional.of(root), planted), deadline);
        List<HostKey> hostKeys = List.of(connection.hostKey());
        try {
            GuestScripts guest = new GuestScripts(connection, RootAccess.of(root));

            phases.enter(Phase.SETUP);
            for (SetupStep step : profile.setup()) {
                progress("running " + step.name());
                guest.run(
                        step, Evidence.of(services.layout(), allocation.lease()).file("setup.log"), deadline);
            }

            // The freeze point: up to here a machine is the same for every lease of its profile.

            phases.enter(Phase.PERSONALISE);
            Credentials user = login.requested().orElse(root);
            if (login.personalises()) {
                guest.hostName(plan().spec().hostName(), deadline);
                guest.personalise(user, deadline);
            }

            phases.enter(Phase.READY);
            MachineAccess access = login.personalises()
                    ? access(user, Optional.of(root), hostKeys)
                            .connectedAsRoot(connection)
                            .connected(services.logins().awaitLogin(target(Optional.of(user), hostKeys), deadline))
                    : access(user, Optional.empty(), hostKeys).connected(connection);
            if (profile.readiness().command().isPresent()) {
                services.logins()
                        .awaitCommand(
                                access.user(),
                                profile.readiness().command().get(),
                                target(Optional.of(user), hostKeys),
                                deadline);
            }
            return Optional.of(access);
        } catch (ReadinessFailure | GuestFailure | InterruptedException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void requireAddress(Profile profile) throws ProviderException {
        if (machine().address().isEmpty()) {
            throw unreachable(profile, "without an address");
        }
    }

    private static ProviderException unreachable(Profile profile, String how) {
        return new ProviderException("provider '" + profile.provider() + "' made a machine " + how
                + ": a profile whose machines have no SSH needs 'readiness: none', no setup steps, and requests"
                + " without credentials");
    }

    private Ready handOut(Profile profile, Optional<MachineAccess> access) throws InterruptedException {
        allocation.requireNotStopped();
        if (access.isPresent() || machine().data().isPresent()) {
            new LeaseSecrets(
                            access.map(a -> a.endpoint().credentials()),
                            access.flatMap(MachineAccess::rootLogin),
                            machine().data())
                    .save(services.store(), allocation.lease());
        }
        LeaseRecord lease = services.leases()
                .update(
                        allocation.lease(),
                        pending -> pending.ready(
                                services.clock().instant(),
                                ttl(profile).orElse(null),
                                machine().address().orElse(null),
                                access.map(a -> a.endpoint().user()).orElse(null),
                                access.map(a -> a.endpoint().hostKeys()).orElse(List.of()),
                                machine().attributes(),
                                phases.durations()));
        services.events()
                .publish(new LeaseReady(
                        lease.id(), lease.profile(), services.clock().instant(), phases.total()));
        return new Ready(lease, access, machine().data());
    }

    /** Destroys what was made and says what went wrong. */
    private AllocatorException cleanUp(Throwable failure) {
        Allocation.Stop stop = allocation.beginCleaning();
        boolean cancelled = stop == Allocation.Stop.CANCELLED || isEndedByOthers();
        Evidence evidence = Evidence.of(services.layout(), allocation.lease());
        List<String> console = machine == null
                ? List.of()
                : machine.console().map(Evidence::tail).orElse(List.of());
        Failures failures = new Failures(allocation, evidence, console, deadline);
        boolean recorded = intent != null && intent.isRecorded();
        if (recorded && !cancelled) {
            evidence.collect(
                    services.layout().machine(plan().ref().provider(), machineId),
                    failures.reason(failure, stop) + "\n");
        }
        AllocatorException exception = cancelled && stop != Allocation.Stop.CANCELLED
                ? allocation.cancelled("the lease was discarded meanwhile", failure)
                : failures.exception(failure, stop);
        try {
            if (recorded) {
                discard(cancelled ? EndReason.CANCELLED : EndReason.FAILED, exception.getMessage());
            } else if (intent != null) {
                intent.forget();
            }
        } catch (ProviderException | RuntimeException | Error e) {
            exception.addSuppressed(e);
        }
        return exception;
    }

    private boolean isEndedByOthers() {
        try {
            return allocation.phase().compareTo(Phase.RECORD) > 0
                    && services.leases().isOver(allocation.lease());
        } catch (StoreException e) {
            return false; // then it is a failure of the store, which destroying will meet again
        }
    }

    private void discard(EndReason reason, @Nullable String message) throws ProviderException {
        boolean found = services.discarder()
                .discard(allocation.lease(), reason, message, lease -> lease.withPhases(phases.durations()));
        if (!found) { // someone else ended the lease, maybe before the machine came to be
            MachinePlan made = plan();
            services.discarder()
                    .destroy(
                            machine == null ? made.ref() : machine.ref(),
                            services.providers().get(instance(made.spec().profile())));
            MachineSecrets.delete(services.store(), machineId);
        }
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

    private Machine machine() {
        return Objects.requireNonNull(machine);
    }

    private ProviderInstance instance(Profile profile) {
        return Objects.requireNonNull(services.providers().configured().get(profile.provider()));
    }

    private LoginTarget target(Optional<Credentials> credentials, List<HostKey> hostKeys) {
        return new LoginTarget(
                machine().address().orElseThrow(() -> new IllegalStateException("the machine has no SSH address")),
                credentials,
                hostKeys,
                bootstrapLogin == null || machine().login().isPresent(),
                machine().awake(),
                machine().death(),
                this::progress);
    }

    private MachineAccess access(Credentials user, Optional<Credentials> root, List<HostKey> hostKeys) {
        SshEndpoint endpoint = SshEndpoint.builder(machine().address().orElseThrow(), user)
                .hostKeys(hostKeys)
                .build();
        return new MachineAccess(endpoint, root, services.logins());
    }

    private Optional<Duration> ttl(Profile profile) {
        return allocation.request().ttl().or(profile::ttl);
    }

    private void progress(String message) {
        services.events()
                .publish(new Progress(
                        allocation.lease(),
                        allocation.request().profile(),
                        services.clock().instant(),
                        allocation.phase(),
                        message));
    }
}
