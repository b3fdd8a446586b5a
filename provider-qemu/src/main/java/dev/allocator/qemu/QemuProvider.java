package dev.allocator.qemu;

import dev.allocator.CacheEntry;
import dev.allocator.HostAndPort;
import dev.allocator.MachineId;
import dev.allocator.qemu.image.CacheContents;
import dev.allocator.spi.Capability;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** One instance: puts the parts together, and lets only one thread at a time create the same machine. */
final class QemuProvider implements Provider {

    /** The key of a ref's data with the machine's folder. */
    static final String DIRECTORY = "directory";

    private final Planner planner;
    private final MachineStart start;
    private final Bell bell = new Bell();
    private final GuestNetwork network = new GuestNetwork();
    private final MachineEnd end;
    private final MachineSearch search;
    private final PortForwards forwards;
    private final Doctor doctor;
    private final CacheContents cache;
    private final Map<MachineId, CompletableFuture<Machine>> creating = new ConcurrentHashMap<>();

    QemuProvider(ProviderContext context) {
        this(context, KvmDevice.PATH, HostMemory.MEMINFO);
    }

    /** On a host that other files describe. */
    QemuProvider(ProviderContext context, Path kvm, Path meminfo) {
        Programs programs = new Programs(context);
        Accelerators accelerators = new Accelerators(context, kvm);
        HostMemory memory = new HostMemory(context, meminfo, bell);
        this.planner = new Planner(context, programs, memory);
        this.start = new MachineStart(
                context, planner, programs, accelerators, memory, new BootSlots(context, bell), network);
        this.end = new MachineEnd(context);
        this.search = new MachineSearch(context);
        this.forwards = new PortForwards(context, search);
        this.doctor = new Doctor(context, programs, accelerators);
        this.cache = new CacheContents(context.cacheDirectory());
    }

    @Override
    public MachinePlan plan(MachineSpec spec) throws ProviderException {
        return planner.plan(spec);
    }

    @Override
    public Machine create(MachinePlan plan, CreateContext context) throws ProviderException, InterruptedException {
        MachineId id = plan.spec().id();
        CompletableFuture<Machine> mine = new CompletableFuture<>();
        CompletableFuture<Machine> others = creating.putIfAbsent(id, mine);
        if (others != null) {
            return result(others);
        }
        try {
            Machine machine = start.create(plan, context);
            mine.complete(machine);
            return machine;
        } finally {
            creating.remove(id, mine);
            mine.cancel(false);
        }
    }

    private static Machine result(CompletableFuture<Machine> others) throws ProviderException, InterruptedException {
        try {
            return others.get();
        } catch (CancellationException | ExecutionException e) {
            throw new ProviderException(
                    ProviderException.Kind.RETRYABLE, "another thread failed to create the same machine", e);
        }
    }

    @Override
    public void destroy(MachineRef ref) throws ProviderException {
        end.destroy(ref);
        bell.ring();
    }

    @Override
    public List<FoundMachine> list() throws ProviderException {
        return search.list();
    }

    @Override
    public MachineHealth check(MachineRef ref) throws ProviderException {
        return search.check(ref);
    }

    @Override
    public HostAndPort forward(MachineRef ref, int guestPort) throws ProviderException, InterruptedException {
        return forwards.forward(ref, guestPort);
    }

    @Override
    public void unforward(MachineRef ref, HostAndPort address) throws ProviderException, InterruptedException {
        forwards.unforward(ref, address);
    }

    @Override
    public List<CacheEntry> cache() throws ProviderException {
        return cache.entries();
    }

    @Override
    public List<CacheEntry> pruneCache(Instant unusedSince) throws ProviderException {
        return cache.prune(unusedSince);
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(
                Capability.LIST,
                Capability.CONSOLE,
                Capability.BOOTSTRAP,
                Capability.NETWORK,
                Capability.FORWARD,
                Capability.SHARES);
    }

    @Override
    public Map<String, String> attributes() throws ProviderException {
        return doctor.attributes();
    }

    @Override
    public List<Diagnosis> diagnose() {
        return doctor.diagnose();
    }

    @Override
    public void close() {
        network.close();
    }
}
