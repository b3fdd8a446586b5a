package dev.allocator.core.flow;

import dev.allocator.AllocatorException;
import dev.allocator.Durations;
import dev.allocator.LeaseId;
import dev.allocator.MachineAccessException;
import dev.allocator.StoreException;
import dev.allocator.core.claim.Holding;
import dev.allocator.core.claim.Places;
import dev.allocator.core.lease.LeaseRecord;
import dev.allocator.core.lease.MachineAccess;
import dev.allocator.core.readiness.GuestFailure;
import dev.allocator.core.readiness.GuestScripts;
import dev.allocator.core.readiness.GuestShell;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.NetworkCard;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machines of one network: who they are, and telling them each other's names. A machine that cannot be told stays as
 * it is: whoever joins next tells all of them everything anew.
 */
final class Neighbours {

    private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);

    /**
     * For one of them that may be busy, or has lost its SSH server: others wait for it meanwhile. A little more than
     * machines wait for the lock of their {@code /etc/hosts}.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(12);

    /** Whoever joins meanwhile tells all by itself, so that a crowd need not be followed to its end. */
    private static final int MOST_ROUNDS = 5;

    private final FlowServices services;
    private final Holding seat;
    private final NetworkCard card;
    private final Consumer<String> progress;
    private final Places places;

    /** Those that are not asked again. */
    private final Set<LeaseId> missed = new HashSet<>();

    /** Those of the machine that has that seat and that card. */
    Neighbours(FlowServices services, Holding seat, NetworkCard card, Consumer<String> progress) {
        this.services = services;
        this.seat = seat;
        this.card = card;
        this.progress = progress;
        this.places = new Places(services.store());
    }

    /** The name of the network. */
    String network() {
        return card.network();
    }

    /** Gives the machine's card its address, and tells the machine those that are ready; says what it was told. */
    SortedMap<String, String> join(GuestScripts guest, Deadline deadline) throws GuestFailure, InterruptedException {
        SortedMap<String, String> names = names(ready());
        guest.join(card, names, deadline);
        return names;
    }

    /**
     * Tells all machines of the network, once this one counts as ready. Of two that become ready at once at least the
     * later one sees the other; and whoever has told something looks once more, so that the last word is a true one.
     * Whatever goes wrong is a warning, as this machine is ready by then.
     *
     * @param own how to get into this machine
     * @param told what it knows by now
     */
    void introduce(MachineAccess own, SortedMap<String, String> told, Deadline deadline) throws InterruptedException {
        try {
            tellAll(own, told, deadline);
        } catch (StoreException e) {
            warn("the machines of network '" + network() + "' were not told who is in it now: " + e.getMessage());
        }
    }

    private void tellAll(MachineAccess own, SortedMap<String, String> told, Deadline deadline)
            throws InterruptedException {
        Map<LeaseId, SortedMap<String, String>> known = new LinkedHashMap<>(Map.of(seat.lease(), told));
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Map<LeaseId, LeaseRecord> ready = ready();
            SortedMap<String, String> names = names(ready);
            Map<LeaseRecord, FutureTask<Void>> tasks = new LinkedHashMap<>();
            for (LeaseRecord lease : ready.values()) {
                if (!missed.contains(lease.id()) && !names.equals(known.put(lease.id(), names))) {
                    tasks.put(lease, start(lease, own, names));
                }
            }
            if (tasks.isEmpty()) {
                return;
            }
            Duration left = deadline.remaining();
            Deadline soon = Deadline.in(left.compareTo(PATIENCE) < 0 ? left : PATIENCE);
            for (Map.Entry<LeaseRecord, FutureTask<Void>> task : tasks.entrySet()) {
                await(task.getKey(), task.getValue(), soon);
            }
        }
    }

    private FutureTask<Void> start(LeaseRecord lease, MachineAccess own, SortedMap<String, String> names) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            if (lease.id().equals(seat.lease())) {
                tell(own::exec, names);
                return null;
            }
            Optional<GuestShell> attached = services.attached().apply(lease.id());
            if (attached.isPresent()) {
                tell(attached.get(), names);
                return null;
            }
            Optional<MachineAccess> way = services.access().of(lease);
            if (way.isEmpty()) {
                throw new MachineAccessException("nobody knows how to log in to it", null);
            }
            try (MachineAccess access = way.get()) {
                tell(access::exec, names);
            }
            return null;
        });
        services.workers().execute(task);
        return task;
    }

    private void tell(GuestShell shell, SortedMap<String, String> names) throws GuestFailure, InterruptedException {
        new GuestScripts(shell).tellNames(network(), names, Deadline.in(PATIENCE));
    }

    private void await(LeaseRecord lease, FutureTask<Void> task, Deadline deadline) throws InterruptedException {
        try {
            task.get(Math.max(1, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            missed(
                    lease,
                    cause instanceof GuestFailure || cause instanceof AllocatorException
                            ? String.valueOf(cause.getMessage())
                            : "unexpected " + cause);
        } catch (TimeoutException e) {
            task.cancel(true);
            missed(lease, "it does not answer within " + Durations.format(deadline.total()));
        } catch (InterruptedException e) {
            task.cancel(true);
            throw e;
        }
    }

    private void missed(LeaseRecord lease, String why) {
        missed.add(lease.id());
        if (services.leases().isOver(lease.id())) {
            return; // it does not matter any more
        }
        warn("the machine of lease " + lease.id() + " (" + lease.profile() + ") was not told who is in network '"
                + network() + "' now: " + why);
    }

    private void warn(String message) {
        LOG.warn("{}", message);
        progress.accept(message);
    }

    /** The leases of the network whose machines are ready. */
    private Map<LeaseId, LeaseRecord> ready() {
        Map<LeaseId, LeaseRecord> ready = new LinkedHashMap<>();
        for (Holding holding : places.holdings(seat.key())) {
            find(holding.lease())
                    .filter(LeaseRecord::isReady)
                    .filter(lease -> lease.networks().containsKey(network()))
                    .ifPresent(lease -> ready.put(lease.id(), lease));
        }
        return ready;
    }

    /** One whose record cannot be read has no name that others could be told. */
    private Optional<LeaseRecord> find(LeaseId id) {
        try {
            return services.leases().find(id);
        } catch (StoreException e) {
            if (missed.add(id)) {
                warn("one machine of network '" + network() + "' is left out: " + e.getMessage());
            }
            return Optional.empty();
        }
    }

    /** The addresses of those and of this machine, by their names. */
    private SortedMap<String, String> names(Map<LeaseId, LeaseRecord> ready) {
        SortedMap<String, String> names = new TreeMap<>();
        for (Holding holding : places.holdings(seat.key())) {
            LeaseRecord lease = ready.get(holding.lease());
            if (lease != null) {
                holding.name()
                        .ifPresent(name -> names.put(name, lease.networks().get(network())));
            }
        }
        seat.name().ifPresent(name -> names.put(name, card.address()));
        return names;
    }
}
