package dev.allocator.core;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorException;
import dev.allocator.AllocatorOptions;
import dev.allocator.CacheEntry;
import dev.allocator.CleanupReport;
import dev.allocator.CleanupRequest;
import dev.allocator.EndReason;
import dev.allocator.EndedLease;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.LeaseId;
import dev.allocator.LeaseInfo;
import dev.allocator.Profile;
import dev.allocator.ProviderHealth;
import dev.allocator.core.claim.Rooms;
import dev.allocator.core.event.EventBus;
import dev.allocator.core.flow.Allocation;
import dev.allocator.core.flow.AllocationFlow;
import dev.allocator.core.flow.FlowServices;
import dev.allocator.core.flow.KeepChoice;
import dev.allocator.core.flow.LoginCommand;
import dev.allocator.core.flow.Turn;
import dev.allocator.core.lease.Cleanup;
import dev.allocator.core.lease.Discarder;
import dev.allocator.core.lease.History;
import dev.allocator.core.lease.Housekeeping;
import dev.allocator.core.lease.Judge;
import dev.allocator.core.lease.LeaseHandle;
import dev.allocator.core.lease.LeaseRecord;
import dev.allocator.core.lease.LeaseSecrets;
import dev.allocator.core.lease.Leases;
import dev.allocator.core.lease.MachineAccess;
import dev.allocator.core.lease.MachineRecord;
import dev.allocator.core.lease.OwnerId;
import dev.allocator.core.lease.RecordedAccess;
import dev.allocator.core.lease.RecordedMachine;
import dev.allocator.core.machine.Cache;
import dev.allocator.core.machine.Evidence;
import dev.allocator.core.machine.Providers;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.process.SessionProcesses;
import dev.allocator.core.profile.Configuration;
import dev.allocator.core.profile.Plugins;
import dev.allocator.core.profile.ProviderInstance;
import dev.allocator.core.readiness.LoginWaiter;
import dev.allocator.core.reaper.Reapers;
import dev.allocator.core.spread.SpreadSearch;
import dev.allocator.event.AllocatorEvent;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An open allocator: starts allocations, knows which leases are attached to it, and ends them.
 *
 * <p>Callers only wait: whatever creates, destroys or writes runs on {@linkplain EngineThreads threads of the engine},
 * which no caller can interrupt.
 */
final class CoreAllocator implements Allocator, LeaseHandle.Holder {

    private final AllocatorOptions options;
    private final Configuration configuration;
    private final StateLayout layout;
    private final Store store;
    private final Reapers reapers;
    private final Leases leases;
    private final Providers providers;
    private final Discarder discarder;
    private final LoginWaiter logins = new LoginWaiter();
    private final EventBus events = new EventBus();
    private final EngineThreads threads;
    private final OwnerId self = OwnerId.self();
    private final RecordedAccess access;
    private final FlowServices services;
    private final Turn.Line line = new Turn.Line();
    private final Set<Allocation> allocations = ConcurrentHashMap.newKeySet();
    private final Map<LeaseId, LeaseHandle> attached = new ConcurrentHashMap<>();
    private final Endings endings;
    private final Set<LeaseHandle> others = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Ownership ownership;
    private final Judge judge;
    private final Housekeeping housekeeping;

    /** @param shared whether another process can open the store in the state directory */
    CoreAllocator(
            AllocatorOptions options,
            Plugins plugins,
            Configuration configuration,
            StateLayout layout,
            Store store,
            boolean shared,
            EngineParts parts) {
        this.options = options;
        this.threads = parts.threads();
        this.configuration = configuration;
        this.layout = layout;
        this.store = store;
        this.reapers =
                new Reapers(store, shared, layout, plugins, options.plugins(), options.environment(), options.clock());
        this.leases = new Leases(store, reapers.wakeups(), self);
        SessionProcesses processes = new SessionProcesses(store.realm(), options.environment());
        this.providers = new Providers(
                configuration,
                plugins,
                processes,
                layout,
                store.realm(),
                options.clock(),
                options.environment(),
                leases::isWanted,
                machine -> leases.machine(machine).flatMap(MachineRecord::lease));
        this.discarder = new Discarder(store, leases, providers, layout, options.clock(), events);
        this.ownership = new Ownership(self, layout, options.clock(), reapers, threads.timer());
        this.judge = new Judge(layout.state(), options.clock(), self);
        this.endings = new Endings(discarder, leases, threads, judge, this::tryAgainLater, this::over);
        this.housekeeping =
                new Housekeeping(options.clock(), leases, judge, this::ownLeases, endings::begin, ownership::beat);
        this.access = new RecordedAccess(store, leases, providers, logins);
        this.services = new FlowServices(
                configuration,
                new LoginCommand(processes, configuration::base, options.environment()),
                store,
                leases,
                new Rooms(store),
                providers,
                discarder,
                logins,
                lease -> Optional.ofNullable(attached.get(lease)).map(handle -> handle::exec),
                access,
                layout,
                events,
                options.clock(),
                () -> ownership.take(housekeeping),
                () -> new SpreadSearch(options.environment(), options.workingDirectory(), self.pid())
                        .run(self.host(), self.boot(), self.namespace()),
                Optional.ofNullable(options.environment().get(KeepChoice.VARIABLE)),
                threads.timer(),
                task -> threads.start("tell a caller", task),
                parts.patience());
    }

    // ---- allocating

    @Override
    public Lease allocate(AllocationRequest request) {
        return allocateAll(List.of(request)).get(0);
    }

    @Override
    public List<Lease> allocateAll(List<AllocationRequest> requests) {
        return new AllOrNone(configuration, line, this::start, endings::begin).allocate(requests);
    }

    @Override
    public CompletableFuture<Lease> allocateAsync(AllocationRequest request) {
        return start(request, Turn.Line.alone());
    }

    private Allocation start(AllocationRequest request, Turn turn) {
        requireOpen();
        Allocation allocation = new Allocation(request, turn);
        allocations.add(allocation);
        if (closed.get()) { // whoever closes may not have seen this one
            allocations.remove(allocation);
            requireOpen();
        }
        threads.start("allocate " + request.profile(), () -> run(allocation));
        return allocation;
    }

    private void run(Allocation allocation) {
        Runnable tellCaller;
        try {
            AllocationFlow.Ready ready = new AllocationFlow(services, allocation).run();
            LeaseHandle lease = handle(ready.lease(), ready.access(), ready.data());
            attached.put(lease.id(), lease);
            allocation.beginCleaning();
            tellCaller = () -> handOver(allocation, lease);
        } catch (AllocatorException e) {
            tellCaller = () -> allocation.completeExceptionally(e);
        } catch (Throwable e) {
            AllocatorException unexpected = new AllocatorException("the allocation failed unexpectedly: " + e, e);
            tellCaller = () -> allocation.completeExceptionally(unexpected);
        }
        allocations.remove(allocation);
        allocation.end();
        tellCaller.run(); // last, as it runs what callers chained to the future, which may close this allocator
    }

    private void handOver(Allocation allocation, LeaseHandle lease) {
        if (!allocation.complete(lease)) { // its caller stopped waiting at the last moment
            endings.endAndLog(lease.id(), EndReason.CANCELLED);
        }
    }

    /** The leases that end with this allocator, and those that it has tried to end. */
    private Set<LeaseId> ownLeases() {
        Set<LeaseId> own = new HashSet<>(attached.keySet());
        own.addAll(discarder.failed());
        return own;
    }

    // ---- leases

    @Override
    public List<LeaseInfo> leases() {
        requireOpen();
        return leases.all().stream().map(LeaseRecord::info).toList();
    }

    @Override
    public Optional<Lease> lease(LeaseId id) {
        requireOpen();
        return leases.find(id).map(this::handle);
    }

    @Override
    public Optional<Lease> leaseAt(String address) {
        requireOpen();
        List<LeaseRecord> found = leases.at(HostAndPort.parse(address, 22));
        if (found.size() > 1) {
            throw new AllocatorException(found.size() + " leases are at " + address
                    + ", so that it does not say which is meant; name one of them by its id: "
                    + found.stream().map(lease -> lease.id().value()).collect(Collectors.joining(", ")));
        }
        return found.stream().findFirst().map(this::handle);
    }

    private LeaseHandle handle(LeaseRecord lease) {
        LeaseHandle own = attached.get(lease.id());
        if (own != null) {
            return own;
        }
        Optional<LeaseSecrets> secrets = access.secrets(lease.id());
        LeaseHandle handle =
                handle(lease, secrets.flatMap(known -> access.of(lease, known)), secrets.flatMap(LeaseSecrets::data));
        others.add(handle);
        return handle;
    }

    private LeaseHandle handle(LeaseRecord lease, Optional<MachineAccess> access, Optional<byte[]> data) {
        RecordedMachine machine = new RecordedMachine(lease.machine(), leases, providers, store);
        return new LeaseHandle(leases, this, options.clock(), layout, lease, access, data, machine);
    }

    @Override
    public List<EndedLease> ended() {
        requireOpen();
        return History.read(store, options.clock().instant());
    }

    @Override
    public boolean isAttached(LeaseId lease) {
        return attached.containsKey(lease);
    }

    @Override
    public void letGo(LeaseId lease) {
        LeaseHandle handle = attached.remove(lease);
        if (handle != null) {
            others.add(handle);
        }
    }

    @Override
    public void discard(LeaseId lease) {
        requireOpen();
        threads.await(threads.submit(() -> endings.end(lease, EndReason.DISCARDED)));
    }

    @Override
    public boolean discardIfHeld(LeaseId lease) {
        requireOpen();
        return threads.await(threads.submit(() -> endIfHeld(lease)));
    }

    private boolean endIfHeld(LeaseId lease) {
        boolean over = endings.endIfHeld(lease);
        if (!over) {
            letGo(lease);
        }
        return over;
    }

    private void tryAgainLater() {
        ownership.keepHouse(housekeeping);
    }

    private void over(LeaseId lease) {
        LeaseHandle handle = attached.remove(lease);
        if (handle != null) {
            handle.ended();
        }
    }

    @Override
    public CleanupReport cleanup(CleanupRequest request) {
        requireOpen();
        Cleanup cleanup = new Cleanup(store, leases, providers, discarder, layout, options.clock(), self);
        return threads.await(threads.submit(() -> {
            CleanupReport report = cleanup.run(request);
            if (!request.isDryRun()) {
                reapers.tidy(leases, judge);
            }
            return report;
        }));
    }

    // ---- what there is

    @Override
    public List<Profile> profiles() {
        return configuration.profiles().stream()
                .sorted(Comparator.comparing(Profile::name))
                .toList();
    }

    @Override
    public Map<String, String> providers() {
        return providers.configured().values().stream()
                .collect(Collectors.toMap(ProviderInstance::name, ProviderInstance::type));
    }

    @Override
    public List<Path> configFiles() {
        return configuration.files();
    }

    @Override
    public Optional<Path> stateDirectory() {
        return Optional.of(layout.state());
    }

    @Override
    public Path cacheDirectory() {
        return layout.cache();
    }

    @Override
    public List<CacheEntry> cache() {
        requireOpen();
        return threads.await(threads.submit(() -> new Cache(providers).entries()));
    }

    @Override
    public List<CacheEntry> pruneCache(Duration unusedFor) {
        requireOpen();
        Instant unusedSince = options.clock().instant().minus(unusedFor);
        return threads.await(threads.submit(() -> new Cache(providers).prune(unusedSince)));
    }

    @Override
    public Optional<Path> evidence(LeaseId lease) {
        return Evidence.of(layout, lease).folder();
    }

    @Override
    public List<ProviderHealth> health() {
        requireOpen();
        return threads.await(threads.submit(() -> {
            List<ProviderHealth> health = new ArrayList<>(providers.health());
            health.addAll(reapers.health());
            return health;
        }));
    }

    @Override
    public <E extends AllocatorEvent> Subscription on(Class<E> type, Consumer<? super E> handler) {
        requireOpen();
        return events.on(type, handler);
    }

    // ---- closing

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        ownership.closing();
        housekeeping.stop();
        Deadline deadline = Deadline.in(options.closeTimeout());
        List<Future<?>> pending = new ArrayList<>();
        for (Allocation allocation : List.copyOf(allocations)) {
            allocation.cancel(true);
            pending.add(threads.submit(() -> {
                allocation.awaitEnd();
                return null;
            }));
        }
        // At the same time, so that a provider that does not stop costs other machines nothing.
        Set<LeaseId> begun = Set.copyOf(attached.keySet());
        begun.forEach(lease -> pending.add(threads.submit(() -> close(lease))));
        @Nullable AllocatorException failure = threads.awaitAll(pending, deadline);
        pending.clear();
        Set<LeaseId> readyMeanwhile = new HashSet<>(attached.keySet()); // just before their cancellation
        readyMeanwhile.removeAll(begun);
        readyMeanwhile.forEach(lease -> pending.add(threads.submit(() -> close(lease))));
        @Nullable AllocatorException later = threads.awaitAll(pending, deadline);
        List.copyOf(others).forEach(LeaseHandle::letGoOfConnections);
        logins.close();
        events.close();
        threads.close();
        providers.close();
        try {
            ownership.letGo(leases.ownsAny());
        } finally {
            store.close();
        }
        if (failure == null) {
            failure = later;
        } else if (later != null) {
            failure.addSuppressed(later);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void close(LeaseId lease) {
        LeaseHandle handle = attached.get(lease);
        if (handle != null && !handle.outlivesClosing() && !endIfHeld(lease)) {
            handle.letGoOfConnections();
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("this allocator is closed");
        }
    }
}
