package dev.allocator.testkit;

import dev.allocator.HostAndPort;
import dev.allocator.MachineId;
import dev.allocator.spi.Capability;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Makes machines that are one sleeping process each, which works in the machine's folder. */
final class ProcessProvider implements Provider {

    private static final Duration KILL = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = 1_000_000;

    private final ProviderContext context;
    private final ProcessSearch search;

    ProcessProvider(ProviderContext context) {
        this.context = context;
        this.search = new ProcessSearch(context);
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.LIST);
    }

    @Override
    public MachinePlan plan(MachineSpec spec) {
        MachineRef ref = ProcessFiles.of(context.directoryPath(spec.id())).ref(context.instance(), spec.id());
        return new MachinePlan(spec, ref, Map.of(), "one process");
    }

    /** One at a time, so that two threads that create the same machine make one process. */
    @Override
    public synchronized Machine create(MachinePlan plan, CreateContext creation)
            throws ProviderException, InterruptedException {
        MachineId id = plan.spec().id();
        ProcessFiles files = ProcessFiles.of(context.directory(id));
        try {
            Optional<ChildProcess> running = context.processes().find(files.record(), id);
            ChildProcess process = running.isPresent() ? running.get() : start(plan.spec(), files, creation.deadline());
            if (files.isDiscarded()) {
                process.kill();
                throw new ProviderException("machine " + id + " was discarded while it was being created");
            }
            return machine(plan, process);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new ProviderException(Kind.RETRYABLE, "cannot start machine " + id + ": " + e.getMessage(), e);
        }
    }

    /** Returns once it is recorded, so that whoever creates the machine again finds it. */
    private ChildProcess start(MachineSpec spec, ProcessFiles files, Deadline deadline)
            throws ProviderException, IOException, InterruptedException {
        MachineId id = spec.id();
        files.forgetProcess();
        files.note(spec.tags());
        ChildProcess process = context.processes()
                .start(ProcessSpec.of(ProcessSearch.COMMAND)
                        .directory(files.folder())
                        .recorded(files.record(), files.barrier())
                        .machine(id));
        CompletableFuture<Integer> exit = process.exit().toCompletableFuture();
        while (!files.areRecorded() && !exit.isDone()) {
            if (Thread.interrupted()) {
                process.kill();
                throw new InterruptedException();
            }
            if (deadline.expired()) {
                process.kill();
                throw new ProviderException(Kind.RETRYABLE, "machine " + id + " did not start in time", null);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return process;
    }

    private static Machine machine(MachinePlan plan, ChildProcess process) {
        boolean addressed = plan.spec().settings().bool("address").orElse(false);
        return Machine.builder(plan.ref())
                .address(addressed ? address(plan.spec().id()) : null)
                .attributes(Map.of("pid", Long.toString(process.pid())))
                .death(process.exit().thenApply(status -> "its process ended with status " + status))
                .build();
    }

    /** Some address of this host, at the port of the discard protocol (RFC 863), which nobody serves any more. */
    private static HostAndPort address(MachineId id) {
        int some = Integer.parseInt(id.value().substring(0, 6), 16);
        return new HostAndPort("127." + (some >> 16) + "." + (some >> 8 & 255) + "." + (some & 255), 9);
    }

    /** First the barrier, so that nothing starts any more, then whatever runs, at last the files. */
    @Override
    public void destroy(MachineRef ref) throws ProviderException {
        boolean interrupted = Thread.interrupted(); // which would make reading fail
        try {
            ProcessFiles files = ProcessFiles.of(ref, context);
            files.discard();
            Deadline deadline = Deadline.in(KILL);
            List<ChildProcess> left = search.running(ref.machine(), files);
            while (!left.isEmpty()) {
                if (deadline.expired()) {
                    throw new ProviderException(Kind.RETRYABLE, "cannot kill machine " + ref.machine(), null);
                }
                left.forEach(ChildProcess::kill);
                LockSupport.parkNanos(PAUSE_NANOS);
                left = search.running(ref.machine(), files);
            }
            if (!files.folder().equals(context.directoryPath(ref.machine()))) {
                files.delete(); // another realm's; the engine removes those of this one
            }
        } catch (IOException e) {
            throw new ProviderException(
                    Kind.RETRYABLE, "cannot destroy machine " + ref.machine() + ": " + e.getMessage(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public List<FoundMachine> list() throws ProviderException {
        return search.list();
    }

    @Override
    public MachineHealth check(MachineRef ref) throws ProviderException {
        return search.check(ref);
    }
}
