package dev.allocator.core.lease;

import dev.allocator.DiscardException;
import dev.allocator.Durations;
import dev.allocator.EndReason;
import dev.allocator.LeaseId;
import dev.allocator.StoreException;
import dev.allocator.core.event.EventBus;
import dev.allocator.core.machine.Evidence;
import dev.allocator.core.machine.Providers;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.profile.PluginMismatch;
import dev.allocator.event.LeaseEnded;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Store;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends leases and destroys their machines, in an order that a crash at any point leaves either everything needed to
 * do it again, or nothing. Doing it twice, or in two processes at once, is harmless.
 */
public final class Discarder {

    private static final Logger LOG = LoggerFactory.getLogger(Discarder.class);

    /** Who ends a lease has that long before others think that it died. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Store store;
    private final Leases leases;
    private final Providers providers;
    private final StateLayout layout;
    private final InstantSource clock;
    private final EventBus events;
    private final Set<LeaseId> failed = ConcurrentHashMap.newKeySet();

    /** Over records and providers. */
    public Discarder(
            Store store, Leases leases, Providers providers, StateLayout layout, InstantSource clock, EventBus events) {
        this.store = store;
        this.leases = leases;
        this.providers = providers;
        this.layout = layout;
        this.clock = clock;
        this.events = events;
    }

    /** The leases that this has failed to end so far, and that others may have ended meanwhile. */
    public Set<LeaseId> failed() {
        return failed;
    }

    /**
     * Ends a lease; does nothing if it is gone.
     *
     * @param reason why; a lease that has begun to end before keeps its first reason
     * @param message what went wrong before, if anything, for the history
     * @throws DiscardException if its machine could not be destroyed; the record is kept
     */
    public boolean discard(LeaseId id, EndReason reason, @Nullable String message) {
        return discard(id, reason, message, lease -> lease);
    }

    /** As above, with a last change to the record. */
    public boolean discard(
            LeaseId id, EndReason reason, @Nullable String message, UnaryOperator<LeaseRecord> lastChange) {
        return discard(id, lease -> lastChange.apply(lease).endedFor(reason, message), lease -> true);
    }

    /**
     * Ends a lease that was read to be over, unless it was renewed, detached or kept meanwhile.
     *
     * @param still whether the lease is over by its record, which is read anew
     * @return false if it goes on, or was gone
     */
    public boolean discard(LeaseId id, EndReason reason, Predicate<LeaseRecord> still) {
        return discard(id, lease -> lease.endedFor(reason, null), still);
    }

    private boolean discard(LeaseId id, UnaryOperator<LeaseRecord> change, Predicate<LeaseRecord> still) {
        Optional<LeaseRecord> ending = begin(id, change, still);
        if (ending.isEmpty()) {
            if (!leases.exists(id)) {
                LeaseSecrets.delete(store, id);
                failed.remove(id);
            }
            return false;
        }
        LeaseRecord lease = ending.get();
        try {
            end(lease);
        } catch (ProviderException | RuntimeException | Error e) { // whatever a plugin throws
            throw kept(lease, e);
        }
        return true;
    }

    /** Makes it durable that the lease ends, unless the disk is too full for that, which destroying it may mend. */
    private Optional<LeaseRecord> begin(LeaseId id, UnaryOperator<LeaseRecord> change, Predicate<LeaseRecord> still) {
        try {
            return leases.beginEnding(id, clock.instant().plus(PATIENCE), change, still);
        } catch (StoreException e) {
            Optional<LeaseRecord> lease = leases.find(id).filter(still).map(change);
            LOG.warn("cannot record that lease {} ends, but destroy its machine: {}", id, e.getMessage());
            return lease;
        }
    }

    private void end(LeaseRecord lease) throws ProviderException {
        Optional<MachineRecord> machine = leases.machine(lease.machine());
        if (machine.isPresent()) {
            MachineRecord made = machine.get();
            destroy(made.ref(), providers.get(made.instance(store)));
        }
        EndReason reason = lease.endReason().orElse(EndReason.DISCARDED);
        if (reason != EndReason.FAILED && lease.kept().isEmpty()) {
            Evidence.of(layout, lease.id()).delete();
        }
        store.appendHistory(clock.instant(), History.line(lease, clock.instant()));
        boolean first = leases.forget(lease);
        failed.remove(lease.id());
        LeaseSecrets.delete(store, lease.id());
        MachineSecrets.delete(store, lease.machine());
        if (first) {
            events.publish(new LeaseEnded(lease.id(), lease.profile(), clock.instant(), reason));
        }
    }

    /** Destroys a machine and removes its folder. */
    public void destroy(MachineRef ref, Provider provider) throws ProviderException {
        provider.destroy(ref);
        try {
            StateLayout.delete(layout.machine(ref.provider(), ref.machine()));
        } catch (IOException e) {
            throw new ProviderException(
                    ProviderException.Kind.RETRYABLE,
                    "machine " + ref.machine() + " is destroyed, but its folder cannot be removed: " + e,
                    e);
        }
    }

    private DiscardException kept(LeaseRecord lease, Throwable cause) {
        String why = cause instanceof ProviderException || cause instanceof StoreException
                ? String.valueOf(cause.getMessage())
                : PluginMismatch.describe(cause);
        Duration delay = BackOff.after(lease.attempts());
        String message = "cannot destroy machine " + lease.machine() + " of lease " + lease.id() + " ("
                + lease.profile() + "): " + why + "; its record is kept, and it is tried again in "
                + Durations.format(delay);
        LOG.warn("{}", message);
        failed.add(lease.id());
        DiscardException exception = new DiscardException(lease.id(), message, cause);
        try {
            leases.beginEnding(
                    lease.id(),
                    clock.instant().plus(delay),
                    record -> record.endedFor(
                                    lease.endReason().orElse(EndReason.DISCARDED),
                                    lease.endMessage().orElse(null))
                            .withProblem(why));
        } catch (StoreException e) {
            exception.addSuppressed(e);
        }
        return exception;
    }
}
