package dev.allocator.core.lease;

import dev.allocator.AllocatorException;
import dev.allocator.Command;
import dev.allocator.Durations;
import dev.allocator.ExecResult;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.LeaseEndedException;
import dev.allocator.LeaseId;
import dev.allocator.LeaseInfo;
import dev.allocator.MachineAccessException;
import dev.allocator.SshEndpoint;
import dev.allocator.StoreException;
import dev.allocator.core.machine.EventLog;
import dev.allocator.core.machine.Evidence;
import dev.allocator.core.machine.StateLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lease as its user holds it. */
public final class LeaseHandle implements Lease {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseHandle.class);
    private static final Duration DETACHED_TTL = Duration.ofHours(24);

    /** How long a machine is kept for somebody to look at it, unless request or profile say. */
    public static final Duration KEPT_TTL = Duration.ofHours(2);

    /** What becomes of a lease is its allocator's affair. */
    public interface Holder {
        /** Whether closing the lease ends it. */
        boolean isAttached(LeaseId lease);

        /** Lets the lease outlive the holder. */
        void letGo(LeaseId lease);

        /** Ends the lease. */
        void discard(LeaseId lease);

        /** Ends the lease unless somebody has detached it; says whether it is over. */
        boolean discardIfHeld(LeaseId lease);
    }

    private final Leases leases;
    private final Holder holder;
    private final InstantSource clock;
    private final ProviderPorts ports;
    private final StateLayout layout;
    private final Optional<MachineAccess> access;
    private final Optional<byte[]> data;
    private final RecordedMachine machine;
    private volatile LeaseRecord last;
    private volatile boolean over;

    /** A handle on a lease. */
    public LeaseHandle(
            Leases leases,
            Holder holder,
            InstantSource clock,
            StateLayout layout,
            LeaseRecord lease,
            Optional<MachineAccess> access,
            Optional<byte[]> data,
            RecordedMachine machine) {
        this.leases = leases;
        this.holder = holder;
        this.clock = clock;
        this.layout = layout;
        this.last = lease;
        this.ports = new ProviderPorts(machine);
        this.access = access;
        this.data = data;
        this.machine = machine;
    }

    @Override
    public LeaseId id() {
        return last.id();
    }

    @Override
    public LeaseInfo info() {
        if (!over) {
            leases.find(id()).ifPresent(lease -> last = lease);
        }
        return last.info();
    }

    @Override
    public Optional<SshEndpoint> endpoint() {
        return access.flatMap(MachineAccess::endpoint);
    }

    @Override
    public String address(String network) {
        Map<String, String> known = last.networks();
        String address = known.get(network);
        if (address == null) {
            throw new IllegalArgumentException("lease " + id() + " (" + last.profile() + ") is not in network '"
                    + network + "' but in " + (known.isEmpty() ? "none" : String.join(", ", known.keySet())));
        }
        return address;
    }

    @Override
    public Optional<String> hostAddress() {
        return last.hostAddress();
    }

    @Override
    public Map<String, String> attributes() {
        return last.attributes();
    }

    @Override
    public Optional<byte[]> data() {
        return data.map(byte[]::clone);
    }

    @Override
    public ExecResult exec(Command command) {
        return reaching(() -> access().exec(command));
    }

    @Override
    public void upload(Path local, String remote) {
        reaching(() -> {
            access().user().upload(local, remote);
            return remote;
        });
    }

    @Override
    public void download(String remote, Path local) {
        reaching(() -> {
            access().user().download(remote, local);
            return local;
        });
    }

    @Override
    public HostAndPort forward(int guestPort) {
        if (guestPort < 1 || guestPort > 65_535) {
            throw new IllegalArgumentException("guestPort must be 1 to 65535: " + guestPort);
        }
        return reaching(() ->
                ports.forward(guestPort).orElseGet(() -> new HostAndPort("127.0.0.1", access().forward(guestPort))));
    }

    @Override
    public void reboot(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be more than zero: " + Durations.format(timeout));
        }
        reaching(() -> {
            EventLog log = new EventLog(Evidence.of(layout, id()), clock);
            log.open();
            log.add("restarting the system");
            try {
                new Restart(last, access(), machine, timeout).run();
                log.add("the system was restarted");
            } catch (AllocatorException e) {
                log.add("restarting failed: " + e.getMessage());
                throw e;
            }
            return timeout;
        });
    }

    @Override
    public List<Path> logs() {
        requireNotOver();
        machine.saveLogs();
        return Evidence.of(layout, id()).files(layout.machine(last.provider(), last.machine()));
    }

    @Override
    public void renew(Duration ttl) {
        requirePositive(ttl);
        requireNotOver();
        last = leases.update(id(), lease -> lease.renewed(clock.instant().plus(ttl)));
    }

    private static void requirePositive(Duration ttl) {
        if (ttl.isNegative() || ttl.isZero()) {
            throw new IllegalArgumentException("ttl must be more than zero: " + Durations.format(ttl));
        }
    }

    @Override
    public void detach() {
        detach(lease -> expiring(lease, DETACHED_TTL));
    }

    @Override
    public String keep(Duration ttl) {
        requirePositive(ttl);
        detach(lease -> lease.expiring(clock.instant().plus(ttl)).unwatched());
        return hint();
    }

    private void detach(UnaryOperator<LeaseRecord> change) {
        requireNotOver();
        last = leases.update(id(), lease -> change.apply(lease).detached());
        holder.letGo(id());
    }

    private LeaseRecord expiring(LeaseRecord lease, Duration unlessSet) {
        return lease.expires().isPresent()
                ? lease
                : lease.expiring(clock.instant().plus(unlessSet));
    }

    private String hint() {
        return KeptHint.of(last, endpoint().map(SshEndpoint::credentials));
    }

    /** Whether the lease outlives its holder, as it was asked for so or somebody detached it; lets go of it then. */
    public boolean outlivesClosing() {
        boolean outlives = isOfNobodyHere() || keepIfWanted();
        if (outlives) {
            letGoOfConnections();
        }
        return outlives;
    }

    /** Another process may have detached it. */
    private boolean isOfNobodyHere() {
        try {
            Optional<LeaseRecord> now = leases.find(id()).filter(lease -> lease.isReady() && !leases.isOwn(lease));
            now.ifPresent(lease -> {
                last = lease;
                holder.letGo(id());
            });
            return now.isPresent();
        } catch (StoreException e) {
            return false; // then ending it says so
        }
    }

    private boolean keepIfWanted() {
        if (!last.outlivesItsEnd()) {
            return false;
        }
        try {
            detach(lease -> expiring(lease, KEPT_TTL).unwatched());
        } catch (LeaseEndedException e) { // somebody discarded it by its name
            return false;
        }
        LOG.info("{}", hint());
        return true;
    }

    @Override
    public void discard() {
        if (over) {
            return;
        }
        try {
            holder.discard(id());
            ended();
        } finally {
            letGoOfConnections();
        }
    }

    @Override
    public void close() {
        if (!holder.isAttached(id())) {
            letGoOfConnections();
        } else if (!over && !outlivesClosing()) {
            try {
                if (holder.discardIfHeld(id())) {
                    ended();
                }
            } finally {
                letGoOfConnections();
            }
        }
    }

    /** Says that the lease is over. */
    public void ended() {
        over = true;
        ports.forget(); // they went with the machine
        letGoOfConnections();
    }

    /** Closes its connections and the ports that it made reachable. */
    public void letGoOfConnections() {
        ports.close();
        access.ifPresent(MachineAccess::close);
    }

    private MachineAccess access() {
        return access.orElseThrow(() -> new MachineAccessException(
                "lease " + id() + " (" + last.profile() + ") has no SSH log-in that is known", null));
    }

    private void requireNotOver() {
        if (over) {
            throw new LeaseEndedException(id());
        }
    }

    /** Does something in the machine, unless or until the lease is over. */
    private <T> T reaching(Supplier<T> action) {
        requireNotOver();
        if (leases.isOver(id())) { // another machine may have its address by now
            throw new LeaseEndedException(id());
        }
        try {
            return action.get();
        } catch (MachineAccessException e) {
            if (!Thread.currentThread().isInterrupted() && (over || leases.isOver(id()))) {
                LeaseEndedException ended = new LeaseEndedException(id());
                ended.initCause(e);
                throw ended;
            }
            throw e;
        }
    }
}
