package dev.allocator.script.commands;

import dev.allocator.script.hook.CreateOnce;
import dev.allocator.spi.Capability;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.Diagnosis.Severity;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One instance of {@code contract: commands}. COMMANDS.md in this module says what its commands are told and answer. */
public final class CommandsProvider implements Provider {

    private final ProviderContext context;
    private final CommandSettings settings;
    private final Commands commands;
    private final Inquiry inquiry;
    private final CreateOnce creations = new CreateOnce();

    /**
     * Over what the engine gives it.
     *
     * @throws ProviderException if a command is missing, or there is one of another contract
     */
    public CommandsProvider(ProviderContext context) throws ProviderException {
        this.context = context;
        this.settings = CommandSettings.of(context);
        this.commands = new Commands(context, settings);
        this.inquiry = new Inquiry(context, commands);
    }

    @Override
    public MachinePlan plan(MachineSpec spec) throws ProviderException {
        for (ShellLine line : settings.lines()) {
            Optional<String> problem = line.problem();
            if (problem.isPresent()) {
                throw new ProviderException(problem.get());
            }
        }
        if (spec.settings().string("system").isPresent()) {
            throw new ProviderException(spec.settings().location("system")
                    + ": 'system' belongs to 'contract: adhoc'; commands are told the profile's name, 'image' and"
                    + " 'options'");
        }
        Login.check(spec);
        return new MachinePlan(
                spec,
                new MachineRef(context.instance(), spec.id(), Map.of()),
                Map.of(),
                "a machine by the create command of provider '" + context.instance() + "'");
    }

    @Override
    public Machine create(MachinePlan plan, CreateContext create) throws ProviderException, InterruptedException {
        return creations.create(plan.spec().id(), () -> new Creation(context, commands, plan, create).run());
    }

    @Override
    public void destroy(MachineRef ref) throws ProviderException {
        new Destruction(context, commands).destroy(ref);
    }

    @Override
    public List<FoundMachine> list() throws ProviderException {
        Optional<ShellLine> line = settings.list();
        if (line.isEmpty()) {
            throw new ProviderException("provider '" + context.instance() + "' has no 'list' command");
        }
        return inquiry.list(line.get());
    }

    @Override
    public MachineHealth check(MachineRef ref) throws ProviderException {
        Optional<ShellLine> line = settings.check();
        return line.isPresent() ? inquiry.check(ref, line.get()) : inquiry.check(ref);
    }

    @Override
    public Set<Capability> capabilities() {
        return settings.list().isPresent() ? Set.of(Capability.LOGIN, Capability.LIST) : Set.of(Capability.LOGIN);
    }

    @Override
    public List<Diagnosis> diagnose() {
        List<Diagnosis> diagnoses = new ArrayList<>();
        for (ShellLine line : settings.lines()) {
            line.problem().ifPresent(problem -> diagnoses.add(new Diagnosis(Severity.ERROR, problem)));
        }
        if (settings.list().isEmpty()) {
            diagnoses.add(new Diagnosis(
                    Severity.INFO, "there is no 'list' command: machines whose records are lost cannot be found"));
        }
        return diagnoses;
    }
}
