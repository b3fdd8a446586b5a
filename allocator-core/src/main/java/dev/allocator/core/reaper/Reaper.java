package dev.allocator.core.reaper;

import dev.allocator.AllocatorException;
import dev.allocator.AllocatorOptions;
import dev.allocator.LeaseId;
import dev.allocator.MachineId;
import dev.allocator.core.event.EventBus;
import dev.allocator.core.lease.Cleanup;
import dev.allocator.core.lease.Discarder;
import dev.allocator.core.lease.Judge;
import dev.allocator.core.lease.LeaseRecord;
import dev.allocator.core.lease.Leases;
import dev.allocator.core.lease.MachineRecord;
import dev.allocator.core.lease.Owner;
import dev.allocator.core.lease.OwnerId;
import dev.allocator.core.lease.Wakeups;
import dev.allocator.core.machine.Providers;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.process.OrphanShell;
import dev.allocator.core.process.SessionProcesses;
import dev.allocator.core.profile.Configuration;
import dev.allocator.core.profile.Plugins;
import dev.allocator.core.store.FileStore;
import dev.allocator.core.store.MemoryStore;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Store;
import dev.allocator.spi.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the leases of a store that are over, removes what was left without a record, and sees to it that somebody looks
 * again when the next one is over. It reads no configuration: records say how to destroy their machines.
 */
final class Reaper {

    private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);

    /** A kernel that closes the files of a process that ends does so one after the other. */
    private static final Duration OWNER_DIES = Duration.ofSeconds(5);

    private static final long STEP_NANOS = 10_000_000;

    /** What takes longer is left to the next run. */
    private static final Duration LIMIT = Duration.ofMinutes(9);

    private static final int THREADS = 16;

    private final Leases leases;
    private final Judge judge;
    private final Plugins plugins;
    private final Discarder discarder;
    private final Cleanup cleanup;

    private Reaper(Store store, Leases leases, Plugins plugins, Providers providers, StateLayout layout, OwnerId self) {
        InstantSource clock = InstantSource.system();
        this.leases = leases;
        this.plugins = plugins;
        this.judge = new Judge(layout.state(), clock, self);
        this.discarder = new Discarder(store, leases, providers, layout, clock, new EventBus());
        this.cleanup = new Cleanup(store, leases, providers, discarder, layout, clock, self);
    }

    /** Does its work in a state directory. */
    static void run(Path state, Optional<String> owner, String folder, Plugins plugins) throws IOException {
        if (!Files.exists(state.resolve("realm.json"))) {
            return; // opening it would make a new store
        }
        InstantSource clock = InstantSource.system();
        try (FileStore store = FileStore.open(state)) {
            OrphanShell shell = new OrphanShell(store.realm(), System.getenv());
            WakeupFiles wakeups = new WakeupFiles(state, new Timekeeper(shell, state), () -> folder, clock);
            Reaper reaper = open(store, state, wakeups.quietly(), plugins);
            if (owner.isPresent()) {
                reaper.awaitDeath(owner.get());
                Owner.forgetUnlocked(state, owner.get());
            }
            reaper.endLeases();
            // Whoever died while it wrote may have left files of records that are no more; any writing removes them.
            boolean unused = store.commit(Transaction.builder().build());
            reaper.cleanup.removeLeftovers();
            new WakeupSync(wakeups, reaper.leases, reaper.judge, clock).run();
        }
    }

    /** Fails if it could not do its work. */
    static void tryInEmptyStore(Plugins plugins) {
        try (MemoryStore store = new MemoryStore()) {
            Reaper reaper = open(store, Path.of("").toAbsolutePath(), Wakeups.NONE, plugins);
            reaper.endLeases();
            String unused = LeaseRecord.pending(
                            LeaseId.random(),
                            MachineId.random(),
                            "",
                            "",
                            InstantSource.system().instant(),
                            OwnerId.self(),
                            null,
                            Map.of())
                    .text();
        }
    }

    private static Reaper open(Store store, Path state, Wakeups wakeups, Plugins plugins) {
        AllocatorOptions options = AllocatorOptions.builder()
                .configSearch(false)
                .workingDirectory(Path.of("/"))
                .stateDirectory(state)
                .build();
        StateLayout layout = StateLayout.of(options);
        OwnerId self = OwnerId.self();
        Leases leases = new Leases(store, wakeups, self);
        Providers providers = new Providers(
                Configuration.load(options, plugins),
                plugins,
                new SessionProcesses(store.realm(), options.environment()),
                layout,
                store.realm(),
                options.clock(),
                options.environment(),
                leases::isWanted,
                machine -> leases.machine(machine).flatMap(MachineRecord::lease));
        return new Reaper(store, leases, plugins, providers, layout, self);
    }

    /** Waits a little until the leases of an owner that is about to die are over; if it lives on, they are not. */
    private void awaitDeath(String owner) {
        Deadline deadline = Deadline.in(OWNER_DIES);
        while (!deadline.expired() && leases.all().stream().anyMatch(lease -> isHeldBy(owner, lease))) {
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    private boolean isHeldBy(String owner, LeaseRecord lease) {
        return lease.owner().filter(holder -> holder.token().equals(owner)).isPresent()
                && lease.problem().isEmpty()
                && judge.whyOver(lease).isEmpty();
    }

    private void endLeases() {
        ExecutorService workers = Executors.newFixedThreadPool(THREADS, work -> {
            Thread thread = new Thread(work, "allocator-reaper");
            thread.setDaemon(true);
            return thread;
        });
        List<Future<?>> endings = new ArrayList<>();
        for (LeaseRecord lease : leases.all()) {
            judge.whyOver(judge.note(leases, lease))
                    .filter(end -> hasPlugin(lease))
                    .ifPresent(end -> endings.add(workers.submit(() -> end(lease, end))));
        }
        Deadline deadline = Deadline.in(LIMIT);
        endings.forEach(ending -> await(ending, deadline));
        // Nobody is interrupted: what goes on in processes of its own may come to its end, and the next run finds that.
        workers.shutdown();
    }

    /** Whether it can be ended here; if not, that is no failure of its provider. */
    private boolean hasPlugin(LeaseRecord lease) {
        try {
            return leases.machine(lease.machine())
                    .map(MachineRecord::instance)
                    .filter(instance -> plugins.provider(instance.type()).isEmpty())
                    .isEmpty();
        } catch (AllocatorException e) {
            LOG.warn("{}", e.getMessage());
            return false;
        }
    }

    private void end(LeaseRecord lease, Judge.End end) {
        LOG.info("{} is over: {}", lease.info(), end.why());
        try {
            discarder.discard(lease.id(), end.reason(), judge.still(end));
        } catch (AllocatorException e) {
            LOG.warn("{}", e.getMessage());
        }
    }

    private static void await(Future<?> ending, Deadline deadline) {
        try {
            ending.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            LOG.warn("a lease did not end", e.getCause());
        } catch (TimeoutException e) {
            LOG.warn("a lease did not end in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
