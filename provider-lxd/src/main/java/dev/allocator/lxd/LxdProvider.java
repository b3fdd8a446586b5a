package dev.allocator.lxd;

import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.MachineId;
import dev.allocator.lxd.image.Images;
import dev.allocator.lxd.image.Remotes;
import dev.allocator.lxd.machine.Instances;
import dev.allocator.lxd.machine.Lxds;
import dev.allocator.lxd.machine.MachineCommands;
import dev.allocator.lxd.machine.MachineEnd;
import dev.allocator.lxd.machine.MachineLogs;
import dev.allocator.lxd.machine.MachineSearch;
import dev.allocator.lxd.machine.MachineStart;
import dev.allocator.lxd.machine.MachineWatch;
import dev.allocator.lxd.machine.Planner;
import dev.allocator.lxd.rest.LxdClient;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** One instance: puts the parts together, and lets only one thread at a time create the same machine. */
final class LxdProvider implements Provider {

    /** The project that spread's users know. */
    private static final String PROJECT = "spread-adhoc";

    private final Lxds lxds = new Lxds();
    private final Planner planner;
    private final MachineWatch watch;
    private final MachineStart start;
    private final MachineEnd end;
    private final MachineSearch search;
    private final MachineCommands commands;
    private final MachineLogs logs;
    private final Doctor doctor;
    private final Map<MachineId, CompletableFuture<Machine>> creating = new ConcurrentHashMap<>();

    LxdProvider(ProviderContext context) throws ProviderException {
        Remotes remotes = Remotes.with(
                context.settings().map("remotes"), context.settings().location("remotes"));
        Path socket = LxdSocket.find(context);
        LxdClient client = lxds.at(socket);
        String project = context.settings().string("project").orElse(PROJECT);
        Instances instances = new Instances(lxds, socket, project);
        this.planner = new Planner(context.instance(), instances, new Images(client, remotes));
        this.watch = new MachineWatch(instances);
        this.end = new MachineEnd(context, instances);
        this.start = new MachineStart(context, instances, planner, watch, end);
        this.search = new MachineSearch(context.instance(), instances);
        this.commands = new MachineCommands(instances);
        this.logs = new MachineLogs(context, instances);
        this.doctor = new Doctor(client, socket, project);
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
    public ExecResult exec(MachineRef ref, Command command) throws ProviderException, InterruptedException {
        return commands.exec(ref, command);
    }

    @Override
    public void saveLogs(MachineRef ref) throws ProviderException, InterruptedException {
        logs.save(ref);
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.LIST, Capability.BOOTSTRAP, Capability.EXEC, Capability.NETWORK, Capability.SHARES);
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
        watch.close();
        lxds.close();
    }
}
