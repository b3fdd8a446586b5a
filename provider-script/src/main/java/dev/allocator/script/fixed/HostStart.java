package dev.allocator.script.fixed;

import dev.allocator.Credentials;
import dev.allocator.MachineId;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.spi.Claim;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gives a host to a machine: nothing happens on the host, but the machine's folder says from now on that it is taken. */
final class HostStart {

    private final ProviderContext provider;
    private final Map<String, Host> hosts;
    private final Planner planner;

    HostStart(ProviderContext provider, Map<String, Host> hosts, Planner planner) {
        this.provider = provider;
        this.hosts = hosts;
        this.planner = planner;
    }

    Machine create(MachinePlan plan, CreateContext context) throws ProviderException, InterruptedException {
        Claim claim = context.claim()
                .orElseThrow(() -> new ProviderException("nobody said which host machine "
                        + plan.spec().id() + " may have: its plan has places, and its creation none of them"));
        Host host = hosts.get(claim.place());
        if (host == null) {
            throw new ProviderException(
                    Kind.RETRYABLE, "host '" + claim.place() + "' is not configured any more", null);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("before host '" + host.name() + "' was taken");
        }
        try {
            HostNote note = take(plan, claim, host);
            context.progress("took host " + note);
            return machine(plan, host, note);
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            InterruptedException interrupted = new InterruptedException("while host '" + host.name() + "' was taken");
            interrupted.initCause(e);
            throw interrupted;
        } catch (IOException e) {
            throw new ProviderException(
                    Kind.RETRYABLE, "cannot note that host " + host.quoted() + " is taken: " + e.getMessage(), e);
        }
    }

    private HostNote take(MachinePlan plan, Claim claim, Host host) throws IOException, ProviderException {
        MachineId machine = plan.spec().id();
        HookFolder folder = new HookFolder(provider.directory(machine));
        Optional<HostNote> noted = HostNote.load(folder);
        if (noted.isPresent() && !noted.get().host().equals(host.name())) {
            throw new ProviderException(
                    "machine " + machine + " is host " + noted.get() + " already, not " + host.quoted());
        }
        HostNote note = noted.orElseGet(() -> HostNote.of(host, claim));
        boolean wrote = noted.isEmpty() && write(plan, host, note, folder);
        // Who ends the machine puts up the barrier first and reads the note then: one of the two sees the other.
        if (folder.isEnded()) {
            if (wrote) {
                HostNote.delete(folder); // nobody used the host, and soon it may be another machine's
            }
            throw new ProviderException("machine " + machine + " was discarded while it was created");
        }
        return note;
    }

    private boolean write(MachinePlan plan, Host host, HostNote note, HookFolder folder)
            throws IOException, ProviderException {
        // Who had the host before has left completely by now: if that went wrong, it is there to see.
        Optional<String> away = planner.away(host);
        if (away.isPresent()) {
            throw new ProviderException(Kind.NO_CAPACITY, away.get(), null);
        }
        FormerUser.remember(
                folder,
                provider.environment(),
                provider.resolve(".", provider.settings().location("cleanup")),
                login(plan, host));
        return note.save(folder);
    }

    private static Optional<Credentials> login(MachinePlan plan, Host host) {
        return host.login().or(() -> plan.spec().profile().login());
    }

    private static Machine machine(MachinePlan plan, Host host, HostNote note) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("host", note.host());
        attributes.put("slot", String.valueOf(note.slot()));
        List<String> gpus =
                host.slots() == 1 ? host.gpus() : plan.spec().settings().list("gpus");
        if (!gpus.isEmpty()) {
            attributes.put("gpus", String.join(", ", gpus));
        }
        return Machine.builder(plan.ref())
                .address(note.address())
                .attributes(attributes)
                .login(host.login().orElse(null))
                .build();
    }
}
