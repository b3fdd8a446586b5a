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
import dev.allocator.spi.TaggedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Makes machines that are one sleeping process each, which works in the machine's folder. */
final class ProcessProvider implements Provider {

    /** Longer than any test takes; the odd number tells these processes from others. */
    private static final List<String> COMMAND = List.of("sleep", "86399");

    private static final Duration KILL = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = 1_000_000;

    private final ProviderContext context;

    ProcessProvider(ProviderContext context) {
        this.context = context;
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
                .start(ProcessSpec.of(COMMAND)
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
        return new Machine(
                plan.ref(),
                addressed ? Optional.of(address(plan.spec().id())) : Optional.empty(),
                Optional.empty(),
                Map.of("pid", Long.toString(process.pid())),
                CompletableFuture.completedFuture(plan.ref()),
                process.exit().thenApply(status -> "its process ended with status " + status));
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
            List<ChildProcess> left = running(ref.machine(), files);
            while (!left.isEmpty()) {
                if (deadline.expired()) {
                    throw new ProviderException(Kind.RETRYABLE, "cannot kill machine " + ref.machine(), null);
                }
                left.forEach(ChildProcess::kill);
                LockSupport.parkNanos(PAUSE_NANOS);
                left = running(ref.machine(), files);
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

    /**
     * All processes of a machine: the one that is recorded, which may be about to become the program and then shows no
     * tag for a moment, and those with the tag, such as a launcher that has recorded nothing yet.
     */
    private List<ChildProcess> running(MachineId machine, ProcessFiles files) throws IOException {
        List<ChildProcess> running = new ArrayList<>();
        context.processes().find(files.record(), machine).ifPresent(running::add);
        for (TaggedProcess found : context.processes().tagged()) {
            if (found.machine().equals(machine)) {
                running.add(found.process());
            }
        }
        return running;
    }

    @Override
    public List<FoundMachine> list() throws ProviderException {
        try {
            List<FoundMachine> found = new ArrayList<>();
            for (TaggedProcess process : context.processes().tagged()) {
                if (isMachine(process)) {
                    ProcessFiles files = ProcessFiles.of(
                            process.realm().equals(context.realm())
                                    ? context.directoryPath(process.machine())
                                    : process.directory());
                    found.add(new FoundMachine(
                            files.ref(context.instance(), process.machine()),
                            process.realm(),
                            files.owner(),
                            files.expires(),
                            "process " + process.process().pid()));
                }
            }
            return found;
        } catch (IOException e) {
            throw new ProviderException("cannot list machines: " + e.getMessage(), e);
        }
    }

    /** Whether a process is a machine of this type and, if it is of this realm, of this instance. */
    private boolean isMachine(TaggedProcess process) {
        int size = process.command().size();
        return process.command().subList(Math.max(0, size - 1), size).equals(COMMAND.subList(1, 2))
                && (!process.realm().equals(context.realm())
                        || !Files.isDirectory(process.directory())
                        || process.directory().equals(context.directoryPath(process.machine())));
    }

    @Override
    public MachineHealth check(MachineRef ref) throws ProviderException {
        try {
            ProcessFiles files = ProcessFiles.of(ref, context);
            List<ChildProcess> running = running(ref.machine(), files);
            if (!running.isEmpty()) {
                return new MachineHealth(
                        MachineHealth.State.RUNNING,
                        "it is process " + running.get(0).pid());
            }
            return files.areRecorded()
                    ? new MachineHealth(MachineHealth.State.STOPPED, "its process has ended")
                    : new MachineHealth(MachineHealth.State.GONE, "it has no process");
        } catch (IOException e) {
            throw new ProviderException("cannot look at machine " + ref.machine() + ": " + e.getMessage(), e);
        }
    }
}
