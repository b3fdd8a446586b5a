package dev.allocator.cli;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.CacheEntry;
import dev.allocator.CleanupReport;
import dev.allocator.CleanupRequest;
import dev.allocator.EndedLease;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.LeaseId;
import dev.allocator.LeaseInfo;
import dev.allocator.Phase;
import dev.allocator.Profile;
import dev.allocator.ProviderHealth;
import dev.allocator.event.AllocatorEvent;
import dev.allocator.event.PhaseStarted;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** An allocator whose answers a test sets, and which remembers what it was asked. */
final class FakeAllocator implements Allocator {

    final List<FakeLease> leases = new CopyOnWriteArrayList<>();
    final List<EndedLease> ended = new ArrayList<>();
    final List<AllocationRequest> requests = new ArrayList<>();
    List<String> calls = new CopyOnWriteArrayList<>();
    List<Profile> profiles = List.of(Profile.named("debian-12", "local").build());
    Map<String, String> providers = Map.of("local", "qemu");
    List<ProviderHealth> health = List.of();
    List<CacheEntry> cache = List.of();
    List<Path> configFiles = List.of();
    final Map<LeaseId, Path> evidence = new HashMap<>();
    RuntimeException cleanupFails;
    CleanupReport report = new CleanupReport(false, List.of());
    /** What {@code allocateAsync} gives; a ready machine unless set. */
    CompletableFuture<Lease> result;
    /** As {@link #result}, depending on the request. */
    Function<AllocationRequest, CompletableFuture<Lease>> behaviour = request -> result;

    private final List<CompletableFuture<Lease>> unfinished = new CopyOnWriteArrayList<>();
    private volatile boolean closed;
    private final List<Consumer<AllocatorEvent>> handlers = new CopyOnWriteArrayList<>();

    FakeLease lease(String id, String address) {
        FakeLease lease = new FakeLease(this, new LeaseId(id), HostAndPort.parse(address, 22));
        leases.add(lease);
        return lease;
    }

    void tell(AllocatorEvent event) {
        handlers.forEach(handler -> handler.accept(event));
    }

    @Override
    public Lease allocate(AllocationRequest request) {
        return allocateAsync(request).join();
    }

    @Override
    public List<Lease> allocateAll(List<AllocationRequest> requests) {
        return requests.stream().map(this::allocate).toList();
    }

    @Override
    public Optional<Path> evidence(LeaseId lease) {
        return Optional.ofNullable(evidence.get(lease));
    }

    @Override
    public CompletableFuture<Lease> allocateAsync(AllocationRequest request) {
        requests.add(request);
        calls.add("allocate");
        CompletableFuture<Lease> given = behaviour.apply(request);
        if (given != null) {
            unfinished.add(given);
            if (closed) {
                given.cancel(true);
            }
            return given;
        }
        FakeLease lease = lease("11111111-2222-4333-8444-555555555555", "127.0.0.1:40123");
        tell(new PhaseStarted(lease.id(), request.profile(), Instant.EPOCH, Phase.CREATE));
        tell(new dev.allocator.event.Progress(
                lease.id(), request.profile(), Instant.EPOCH, Phase.REACH, "the guest is booting"));
        return CompletableFuture.completedFuture(lease);
    }

    @Override
    public List<LeaseInfo> leases() {
        return leases.stream().map(FakeLease::info).toList();
    }

    @Override
    public Optional<Lease> lease(LeaseId id) {
        return leases.stream()
                .filter(lease -> lease.id().equals(id))
                .map(Lease.class::cast)
                .findFirst();
    }

    @Override
    public Optional<Lease> leaseAt(String address) {
        HostAndPort wanted = HostAndPort.parse(address, 22);
        return leases.stream()
                .filter(lease -> lease.address.equals(wanted))
                .map(Lease.class::cast)
                .findFirst();
    }

    @Override
    public List<EndedLease> ended() {
        return ended;
    }

    @Override
    public List<Profile> profiles() {
        return profiles;
    }

    @Override
    public Map<String, String> providers() {
        return providers;
    }

    @Override
    public List<Path> configFiles() {
        return configFiles;
    }

    @Override
    public Optional<Path> stateDirectory() {
        return Optional.of(Path.of("/state"));
    }

    @Override
    public Path cacheDirectory() {
        return Path.of("/cache");
    }

    @Override
    public List<CacheEntry> cache() {
        return cache;
    }

    @Override
    public List<CacheEntry> pruneCache(Duration unusedFor) {
        calls.add("prune " + unusedFor);
        return cache.stream().filter(entry -> !entry.inUse()).toList();
    }

    @Override
    public List<ProviderHealth> health() {
        return health;
    }

    @Override
    public CleanupReport cleanup(CleanupRequest request) {
        calls.add("cleanup" + (request.isDryRun() ? " dry" : "") + (request.isLeasesOnly() ? " leases" : "")
                + request.realm().map(realm -> " of " + realm).orElse(""));
        if (cleanupFails != null) {
            throw cleanupFails;
        }
        return new CleanupReport(request.isDryRun(), report.entries());
    }

    @Override
    public <E extends AllocatorEvent> Subscription on(Class<E> type, Consumer<? super E> handler) {
        Consumer<AllocatorEvent> typed = event -> {
            if (type.isInstance(event)) {
                handler.accept(type.cast(event));
            }
        };
        handlers.add(typed);
        return () -> handlers.remove(typed);
    }

    @Override
    public void close() {
        closed = true;
        calls.add("close");
        unfinished.forEach(future -> future.cancel(true));
    }
}
