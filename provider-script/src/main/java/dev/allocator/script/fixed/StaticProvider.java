package dev.allocator.script.fixed;

import dev.allocator.script.hook.CreateOnce;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.spi.Capability;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
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

/** Hosts that are already there. */
public final class StaticProvider implements Provider {

    private static final Duration CLEANUP_LIMIT = Duration.ofMinutes(15);

    private final ProviderContext context;
    private final Planner planner;
    private final HostStart start;
    private final CreateOnce once = new CreateOnce();
    private final HostEnd end;
    private final Doctor doctor;

    /**
     * Reads the hosts.
     *
     * @throws ProviderException with all that is wrong with them
     */
    public StaticProvider(ProviderContext context) throws ProviderException {
        Map<String, Host> hosts = HostReader.read(context);
        OutOfService outOfService = new OutOfService(context);
        this.context = context;
        this.planner = new Planner(context, hosts.values(), outOfService);
        this.start = new HostStart(context, hosts, planner);
        this.end = new HostEnd(context, cleanup(context), outOfService);
        this.doctor = new Doctor(hosts.values(), outOfService);
    }

    private static Optional<Cleanup> cleanup(ProviderContext context) throws ProviderException {
        Duration limit = context.settings().duration("kill-timeout").orElse(CLEANUP_LIMIT);
        if (limit.isZero()) {
            throw new ProviderException(
                    context.settings().location("kill-timeout") + ": 'kill-timeout' must be more than zero");
        }
        return context.settings().string("cleanup").map(line -> new Cleanup(context, line, limit));
    }

    @Override
    public MachinePlan plan(MachineSpec spec) throws ProviderException {
        return planner.plan(spec);
    }

    @Override
    public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
        return once.create(plan.spec().id(), () -> start.create(plan, creation));
    }

    @Override
    public void destroy(MachineRef ref) throws ProviderException {
        end.destroy(ref.machine());
    }

    @Override
    public MachineHealth check(MachineRef ref) throws ProviderException {
        HookFolder folder = new HookFolder(context.directoryPath(ref.machine()));
        Optional<HostNote> note;
        try {
            note = HostNote.load(folder);
        } catch (IOException e) {
            throw new ProviderException(
                    Kind.RETRYABLE, "nobody knows which host machine " + ref.machine() + " is: " + e.getMessage(), e);
        }
        if (note.isEmpty()) {
            return new MachineHealth(State.GONE, "the machine has no host");
        }
        if (folder.isEnded()) {
            return new MachineHealth(State.STOPPED, "host " + note.get() + " is about to be cleaned up");
        }
        Optional<String> problem = Reachability.problem(note.get().address());
        if (problem.isPresent()) {
            throw new ProviderException(
                    Kind.RETRYABLE, "host " + note.get() + " does not answer: " + problem.get(), null);
        }
        return new MachineHealth(State.RUNNING, "host " + note.get() + " accepts connections");
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.LOGIN);
    }

    @Override
    public List<Diagnosis> diagnose() {
        return doctor.diagnose();
    }
}
