package dev.allocator.script.adhoc;

import dev.allocator.HostAndPort;
import dev.allocator.script.hook.CreateOnce;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.script.hook.HookProcesses;
import dev.allocator.script.hook.HookRunner;
import dev.allocator.script.hook.KeptSecrets;
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
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One instance of {@code contract: adhoc}: spread's {@code allocate} and {@code discard} scripts. */
public final class AdhocProvider implements Provider {

    private final ProviderContext context;
    private final AdhocSettings settings;
    private final AdhocCreation creation;
    private final AdhocEnd end;
    private final CreateOnce once = new CreateOnce();

    /**
     * Over what the engine gives it.
     *
     * @throws ProviderException if its settings do not fit the contract
     */
    public AdhocProvider(ProviderContext context) throws ProviderException {
        this.context = context;
        this.settings = AdhocSettings.of(context);
        HookProcesses processes = new HookProcesses(context);
        AdhocHooks hooks = new AdhocHooks(settings, new HookRunner(context, settings.times()));
        this.creation = new AdhocCreation(context, settings, hooks, processes);
        this.end = new AdhocEnd(context, settings.times().kill(), hooks, processes);
    }

    @Override
    public MachinePlan plan(MachineSpec spec) throws ProviderException {
        Optional<String> problem = AdhocChecks.problem(settings);
        if (problem.isPresent()) {
            throw new ProviderException(problem.get());
        }
        AdhocLogin login = AdhocLogin.of(spec);
        MachineRef ref = new MachineRef(context.instance(), spec.id(), Map.of());
        return new MachinePlan(
                spec,
                ref,
                Map.of(),
                "system " + login.system() + " by the allocate script of backend " + settings.backend());
    }

    @Override
    public Machine create(MachinePlan plan, CreateContext create) throws ProviderException, InterruptedException {
        return once.create(plan.ref().machine(), () -> creation.create(plan, create));
    }

    @Override
    public void destroy(MachineRef ref) throws ProviderException {
        end.destroy(ref);
    }

    @Override
    public MachineHealth check(MachineRef ref) throws ProviderException {
        HookFolder folder = new HookFolder(context.directoryPath(ref.machine()));
        if (!folder.exists()) {
            return new MachineHealth(State.GONE, "nothing exists of machine " + ref.machine());
        }
        try {
            if (folder.isEnded()) {
                return Files.exists(KeptSecrets.file(folder))
                        ? new MachineHealth(State.STOPPED, "machine " + ref.machine() + " is being discarded")
                        : new MachineHealth(State.GONE, "machine " + ref.machine() + " was discarded");
            }
            Optional<HostAndPort> address = AdhocCreation.address(folder);
            return address.isPresent()
                    ? AddressCheck.look(address.get())
                    : new MachineHealth(
                            State.STOPPED,
                            "the allocate script of machine " + ref.machine() + " has not succeeded yet");
        } catch (IOException e) {
            throw new ProviderException(
                    Kind.RETRYABLE, "cannot tell how machine " + ref.machine() + " is: " + e.getMessage(), e);
        }
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.LOGIN);
    }

    @Override
    public List<Diagnosis> diagnose() {
        return AdhocChecks.diagnose(settings);
    }
}
