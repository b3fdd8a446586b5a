package dev.allocator.core.lease;

import dev.allocator.DiscardException;
import dev.allocator.EndReason;
import dev.allocator.LeaseId;
import dev.allocator.StoreException;
import dev.allocator.core.event.EventBus;
import dev.allocator.core.machine.Evidence;
import dev.allocator.core.machine.Providers;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.event.LeaseEnded;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Store;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
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

    private static final Duration FIRST_RETRY = Duration.ofSeconds(10);
    private static final Duration LAST_RETRY = Duration.ofMinutes(10);

    private final Store store;
    private final Leases leases;
    private final Providers providers;
    private final StateLayout layout;
    private final InstantSource clock;
    private final EventBus events;

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

    /**
     * Ends a lease; does nothing if it is gone.
     *
     * @param message what went wrong before, if anything, for the history
     * @throws DiscardException if its machine could not be destroyed; the record is kept
     */
    public boolean discard(LeaseId id, EndReason reason, @Nullable String message) {
        return discard(id, reason, message, lease -> lease);
    }

    /** As above, with a last change to the record. */
    public boolean discard(
            LeaseId id, EndReason reason, @Nullable String message, UnaryOperator<LeaseRecord> lastChange) {
        Optional<LeaseRecord> ending = leases.beginEnding(id, clock.instant().plus(PATIENCE), lastChange);
        if (ending.isEmpty()) {
            LeaseSecrets.delete(store, id);
            return false;
        }
        LeaseRecord lease = ending.get();
        try {
            Optional<MachineRecord> machine = leases.machine(lease.machine());
            if (machine.isPresent()) {
                destroy(machine.get().ref(), providers.get(machine.get().instance()));
            }
        } catch (ProviderException | RuntimeException | LinkageError e) {
            throw kept(lease, e);
        }
        if (reason != EndReason.FAILED) {
            Evidence.of(layout, id).delete();
        }
        store.appendHistory(clock.instant(), History.line(lease, reason, clock.instant(), message));
        boolean first = leases.forget(lease);
        LeaseSecrets.delete(store, id);
        if (first) {
            events.publish(new LeaseEnded(id, lease.profile(), clock.instant(), reason));
        }
        return true;
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

    /** How long to wait after so many failures and one more: 10 s, 20 s, 40 s, … up to 10 min. */
    private static Duration backOff(int failures) {
        Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(failures, 10));
        return delay.compareTo(LAST_RETRY) < 0 ? delay : LAST_RETRY;
    }

    private DiscardException kept(LeaseRecord lease, Throwable cause) {
        String why = cause instanceof ProviderException || cause instanceof StoreException
                ? String.valueOf(cause.getMessage())
                : cause.toString();
        String message = "cannot destroy machine " + lease.machine() + " of lease " + lease.id() + " ("
                + lease.profile() + "): " + why + "; its record is kept, and it is tried again";
        LOG.warn("{}", message);
        leases.beginEnding(
                lease.id(), clock.instant().plus(backOff(lease.attempts())), record -> record.withProblem(why));
        return new DiscardException(lease.id(), message, cause);
    }
}
