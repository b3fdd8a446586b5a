package dev.allocator.core.flow;

import dev.allocator.Credentials;
import dev.allocator.HostAndPort;
import dev.allocator.HostKey;
import dev.allocator.LeaseId;
import dev.allocator.Phase;
import dev.allocator.Readiness.Level;
import dev.allocator.SetupStep;
import dev.allocator.SshEndpoint;
import dev.allocator.core.flow.Made.Planted;
import dev.allocator.core.lease.LeaseSecrets;
import dev.allocator.core.lease.MachineAccess;
import dev.allocator.core.machine.Evidence;
import dev.allocator.core.readiness.GuestFailure;
import dev.allocator.core.readiness.GuestScripts;
import dev.allocator.core.readiness.GuestShell;
import dev.allocator.core.readiness.LoginTarget;
import dev.allocator.core.readiness.ProviderShell;
import dev.allocator.core.readiness.ReadinessFailure;
import dev.allocator.core.ssh.SshConnection;
import dev.allocator.core.ssh.SshKeys;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.GuestMount;
import dev.allocator.spi.Machine;
import dev.allocator.spi.ProviderException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything between a machine that was switched on and one that its user can log in to:
 *
 * <pre>
 * reach → setup → [freeze point] → personalise → ready
 * </pre>
 */
final class Preparation implements AutoCloseable {

    private final FlowServices services;
    private final LeaseId lease;
    private final PhaseClock phases;
    private final Made made;
    private final LoginPlan login;
    private final boolean named;
    private final Optional<Neighbours> network;
    private final Deadline deadline;
    private final Consumer<String> progress;
    private final Whereabouts where;
    private @Nullable WayIn way;
    private @Nullable Credentials personalised;
    private @Nullable MachineAccess access;
    private SortedMap<String, String> neighbours = new TreeMap<>();

    /**
     * @param named whether the request gave the machine its name
     * @param network the network to join, if there is one
     */
    Preparation(
            FlowServices services,
            LeaseId lease,
            PhaseClock phases,
            Made made,
            boolean named,
            Optional<Neighbours> network,
            Deadline deadline,
            Consumer<String> progress) {
        this.services = services;
        this.lease = lease;
        this.phases = phases;
        this.made = made;
        this.login = made.login();
        this.named = named;
        this.network = network;
        this.deadline = deadline;
        this.progress = progress;
        this.where = new Whereabouts(made, progress);
    }

    /** The machine, with the address and attributes that were learnt meanwhile. */
    Machine machine() {
        return where.machine();
    }

    /** The addresses of its network's machines by their names, as it was told. */
    SortedMap<String, String> neighbours() {
        return neighbours;
    }

    /** Prepares it, and tells how to get into it if there is a way. */
    Optional<MachineAccess> run() throws ProviderException, ReadinessFailure, GuestFailure, InterruptedException {
        if (!login.needsLogin()) {
            return untouched();
        }
        phases.enter(Phase.REACH);
        WayIn way = new Reaching(made, where, services.logins(), deadline, progress).reach();
        this.way = way;
        GuestScripts guest = new GuestScripts(way.shell());
        if (way.mayBeEarly()) {
            progress.accept("waiting for cloud-init, if there is one");
            guest.awaitCloudInit(deadline);
        }

        if (!made.mounts().isEmpty() || !made.profile().setup().isEmpty()) {
            phases.enter(Phase.SETUP);
        }
        for (GuestMount mount : made.mounts()) {
            progress.accept(
                    "mounting " + mount.share().host() + " at " + mount.share().guest());
            guest.mount(mount, deadline);
        }
        for (SetupStep step : made.profile().setup()) {
            progress.accept("running " + step.name());
            guest.run(step, Evidence.of(services.layout(), lease).file("setup.log"), deadline);
        }

        // The freeze point: up to here a machine is the same for every lease of its profile.

        Credentials user = user(way);
        boolean personalises = !accepted(way).equals(Optional.of(user));
        personalise(guest, user, personalises);

        phases.enter(Phase.READY);
        MachineAccess access = way.connection().isPresent()
                ? readyOverSsh(way, way.connection().get(), guest, user, personalises)
                : readyThroughProvider(way, guest, user, personalises);
        this.access = access;
        awaitCommand(access, user);
        return Optional.of(access);
    }

    private void personalise(GuestScripts guest, Credentials user, boolean personalises)
            throws GuestFailure, InterruptedException {
        if (!personalises && !named && network.isEmpty()) {
            return;
        }
        phases.enter(Phase.PERSONALISE);
        guest.hostName(made.plan().spec().hostName(), deadline);
        if (personalises) {
            progress.accept("setting up the user '" + user.user() + "'");
            guest.personalise(user, deadline);
            personalised = user;
        }
        if (network.isPresent()) {
            progress.accept("joining network '" + network.get().network() + "'");
            neighbours = network.get().join(guest, deadline);
        }
    }

    /** How to run commands in the machine, if anybody got in. */
    Optional<GuestShell> shell() {
        return way != null
                ? Optional.of(way.shell())
                : Optional.<GuestShell>of(
                                new ProviderShell(made.provider(), machine().ref()))
                        .filter(any -> commandsWork());
    }

    /** How to get into the machine, as far as that is known by now. */
    LeaseSecrets secrets() {
        where.look();
        boolean throughProvider =
                way == null ? commandsWork() : way.connection().isEmpty();
        Optional<Credentials> first = way == null ? Optional.empty() : way.login();
        Optional<Credentials> accepted =
                first.or(login::image).or(() -> made.planted().map(Planted::login));
        return new LeaseSecrets(
                Optional.ofNullable(personalised).or(() -> accepted),
                personalised == null || throughProvider ? Optional.empty() : first,
                throughProvider,
                machine().data());
    }

    /** The machine's host keys, as far as they are known by now. */
    List<HostKey> hostKeys() {
        return Optional.ofNullable(way)
                .flatMap(WayIn::connection)
                .map(SshConnection::hostKey)
                .or(() -> made.planted().map(Planted::hostKey))
                .stream()
                .toList();
    }

    private boolean commandsWork() {
        return made.commands()
                .filter(stage -> stage.toCompletableFuture().isDone())
                .isPresent();
    }

    /** Lets go of the connections to a machine that is not handed out. */
    @Override
    public void close() {
        if (access != null) {
            access.close();
        }
        if (way != null) {
            way.close();
        }
    }

    /** Nobody has to get into the machine before it is handed out. */
    private Optional<MachineAccess> untouched() throws ProviderException, ReadinessFailure, InterruptedException {
        if (login.level() == Level.BANNER) {
            phases.enter(Phase.REACH);
            awaitBanner(where.await(deadline));
        } else {
            where.look();
        }
        return login.image()
                .filter(user -> where.address().isPresent())
                .map(user -> access(user, List.of(), Optional.empty(), Optional.empty()));
    }

    /** What the machine accepts before it is personalised. */
    private Optional<Credentials> accepted(WayIn way) {
        return way.login().or(login::image);
    }

    /** Whose machine it becomes. */
    private Credentials user(WayIn way) {
        return login.requested()
                .or(() -> accepted(way))
                .or(() -> made.planted().map(Planted::login))
                .orElseGet(() -> Credentials.key(
                        "root",
                        SshKeys.generate("allocator-" + machine().ref().machine())
                                .privateKey()));
    }

    /** The user logs in beside the connection that there is, or has it already. */
    private MachineAccess readyOverSsh(
            WayIn way, SshConnection connection, GuestScripts guest, Credentials user, boolean personalises)
            throws ReadinessFailure, GuestFailure, InterruptedException {
        List<HostKey> inside = way.mayBeEarly() ? guest.hostKeys(deadline) : List.of();
        List<HostKey> hostKeys = inside.isEmpty() ? List.of(connection.hostKey()) : inside;
        if (!personalises) {
            return access(user, hostKeys, Optional.empty(), Optional.empty()).connected(connection);
        }
        boolean fixed = made.commands().isEmpty()
                && (made.planted().isEmpty() || machine().login().isPresent());
        SshConnection own = logIn(user, hostKeys, fixed);
        return access(user, hostKeys, way.login(), Optional.empty())
                .connectedAsRoot(connection)
                .connected(own);
    }

    /** The user logs in to a machine that nobody has logged in to yet, and whose SSH server may only be starting. */
    private MachineAccess readyThroughProvider(WayIn way, GuestScripts guest, Credentials user, boolean personalises)
            throws ProviderException, ReadinessFailure, GuestFailure, InterruptedException {
        if (login.level() != Level.NONE) {
            awaitBanner(where.await(deadline)); // by then the server has its host keys
        } else if (login.requested().isPresent()) {
            where.await(deadline);
        } else {
            where.look();
        }
        List<HostKey> hostKeys = guest.hostKeys(deadline);
        if (login.level() == Level.NONE || login.level() == Level.BANNER) {
            return access(user, hostKeys, Optional.empty(), Optional.of(way.shell()));
        }
        SshConnection own = logIn(user, hostKeys, !personalises);
        List<HostKey> proved = hostKeys.isEmpty() ? List.of(own.hostKey()) : hostKeys;
        return access(user, proved, Optional.empty(), Optional.of(way.shell())).connected(own);
    }

    private void awaitCommand(MachineAccess access, Credentials user) throws ReadinessFailure, InterruptedException {
        Optional<String> command = made.profile().readiness().command();
        if (command.isEmpty()) {
            return;
        }
        services.logins()
                .awaitCommand(access.user(), command.get(), target(Optional.of(user), List.of(), true), deadline);
    }

    private void awaitBanner(HostAndPort address) throws ReadinessFailure, InterruptedException {
        progress.accept("waiting for the SSH server at " + address);
        services.logins()
                .awaitBanner(target(Optional.empty(), List.of(), true), deadline)
                .close();
    }

    /** @param fixed whether a refusal is final, as nothing of the user is about to change in the machine */
    private SshConnection logIn(Credentials user, List<HostKey> hostKeys, boolean fixed)
            throws ReadinessFailure, InterruptedException {
        return services.logins().awaitLogin(target(Optional.of(user), hostKeys, fixed), deadline);
    }

    private LoginTarget target(Optional<Credentials> user, List<HostKey> hostKeys, boolean fixed) {
        return new LoginTarget(
                where.address().orElseThrow(),
                user,
                hostKeys,
                fixed,
                machine().awake(),
                machine().death(),
                progress);
    }

    private MachineAccess access(
            Credentials user, List<HostKey> hostKeys, Optional<Credentials> root, Optional<GuestShell> provider) {
        Optional<SshEndpoint> endpoint = where.address()
                .map(address ->
                        SshEndpoint.builder(address, user).hostKeys(hostKeys).build());
        return new MachineAccess(endpoint, root, provider, services.logins());
    }
}
