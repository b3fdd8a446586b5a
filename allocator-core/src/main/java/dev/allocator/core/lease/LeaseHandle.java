package dev.allocator.core.lease;

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
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A lease as its user holds it. */
public final class LeaseHandle implements Lease {

    private static final Duration DETACHED_TTL = Duration.ofHours(24);

    /** What becomes of a lease is its allocator's affair. */
    public interface Holder {
        /** Whether closing the lease ends it. */
        boolean isAttached(LeaseId lease);

        /** Lets the lease outlive the holder. */
        void letGo(LeaseId lease);

        /** Ends the lease. */
        void discard(LeaseId lease);
    }

    private final Leases leases;
    private final Holder holder;
    private final InstantSource clock;
    private final Optional<MachineAccess> access;
    private volatile LeaseRecord last;

    /** A handle on a lease. */
    public LeaseHandle(
            Leases leases, Holder holder, InstantSource clock, LeaseRecord lease, Optional<MachineAccess> access) {
        this.leases = leases;
        this.holder = holder;
        this.clock = clock;
        this.last = lease;
        this.access = access;
    }

    @Override
    public LeaseId id() {
        return last.id();
    }

    @Override
    public LeaseInfo info() {
        leases.find(id()).ifPresent(lease -> last = lease);
        return last.info();
    }

    @Override
    public Optional<SshEndpoint> endpoint() {
        return access.map(MachineAccess::endpoint);
    }

    @Override
    public Map<String, String> attributes() {
        return last.attributes();
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
        return reaching(() -> new HostAndPort("127.0.0.1", access().user().forward(guestPort)));
    }

    @Override
    public void renew(Duration ttl) {
        if (ttl.isNegative() || ttl.isZero()) {
            throw new IllegalArgumentException("ttl must be more than zero: " + Durations.format(ttl));
        }
        last = leases.update(id(), lease -> lease.expiring(clock.instant().plus(ttl)));
    }

    @Override
    public void detach() {
        last = leases.update(
                id(),
                lease -> (lease.expires().isPresent()
                                ? lease
                                : lease.expiring(clock.instant().plus(DETACHED_TTL)))
                        .detached());
        holder.letGo(id());
    }

    @Override
    public void discard() {
        letGoOfConnections();
        holder.discard(id());
    }

    @Override
    public void close() {
        letGoOfConnections();
        if (holder.isAttached(id())) {
            holder.discard(id());
        }
    }

    /** Closes its connections. */
    public void letGoOfConnections() {
        access.ifPresent(MachineAccess::close);
    }

    private MachineAccess access() {
        return access.orElseThrow(() -> new MachineAccessException(
                "lease " + id() + " (" + last.profile() + ") has no SSH log-in that is known", null));
    }

    /** Does something in the machine, if the lease is not over; if it is over afterwards, that was the reason to fail. */
    private <T> T reaching(Supplier<T> action) {
        requireReady(null);
        try {
            return action.get();
        } catch (MachineAccessException e) {
            if (!Thread.currentThread().isInterrupted()) {
                requireReady(e);
            }
            throw e;
        }
    }

    private void requireReady(@Nullable Throwable cause) {
        if (leases.find(id()).filter(LeaseRecord::isReady).isEmpty()) {
            LeaseEndedException ended = new LeaseEndedException(id());
            ended.initCause(cause);
            throw ended;
        }
    }
}
