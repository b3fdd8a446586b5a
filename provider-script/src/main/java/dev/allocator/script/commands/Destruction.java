package dev.allocator.script.commands;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.script.hook.Hook;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.script.hook.HookProcesses;
import dev.allocator.script.hook.HookResult;
import dev.allocator.script.hook.KeptSecrets;
import dev.allocator.script.hook.Masking;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * Destroys machines: first the barrier, so that no command that creates starts any more, then those that run, then
 * {@code destroy}, at last what commands left in the background. Each step may be done again.
 */
final class Destruction {

    private final ProviderContext context;
    private final Commands commands;
    private final HookProcesses processes;

    Destruction(ProviderContext context, Commands commands) {
        this.context = context;
        this.commands = commands;
        this.processes = new HookProcesses(context);
    }

    void destroy(MachineRef ref) throws ProviderException {
        // Someone whose thread was interrupted wants it all to end, this included.
        boolean interrupted = Thread.interrupted();
        ShellLine line = commands.settings().destroy();
        HookFolder folder = new HookFolder(context.directoryPath(ref.machine()));
        boolean known = false;
        try {
            known = folder.end();
            if (known) {
                destroy(ref, new Made(folder));
            } else {
                Commands.inTemporaryFolder(Optional.empty(), temporary -> run(temporary, hook(ref)));
            }
        } catch (IOException e) {
            if (known && !folder.exists()) {
                return; // another one has destroyed it meanwhile
            }
            throw Commands.cannotRun(line, e);
        } catch (BadAnswer e) {
            throw Commands.wrongAnswer(line, e, Masking.of(Set.of()));
        } catch (InterruptedException e) {
            interrupted = true;
            throw new ProviderException(
                    Kind.RETRYABLE, "interrupted while machine " + ref.machine() + " was being destroyed", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void destroy(MachineRef ref, Made made) throws ProviderException, IOException, InterruptedException {
        MachineId machine = ref.machine();
        if (made.isCreated()) {
            processes.end(machine, made.folder(), Made.CREATE);
        } else {
            processes.endUnfinished(machine, made.folder(), Made.CREATE);
        }
        // One that another process started, which may be dead, is as good as ours, if it comes to an end.
        processes.awaitOrEnd(
                machine,
                made.folder(),
                Made.DESTROY,
                commands.settings().times().kill());
        Optional<KeptSecrets> kept = KeptSecrets.load(made.folder());
        KnownFacts facts = KnownFacts.of(ref).and(made.facts());
        run(
                made.folder(),
                commands.about(machine, Made.DESTROY, commands.settings().destroy(), kept, facts, request(ref, facts))
                        .log(context.log(machine, "destroy.log"))
                        .once(made.gone()));
        processes.endLeftovers(machine, made.folder());
    }

    /** For a machine that has no folder here: nothing was made of it, or another realm did. */
    private Hook.Builder hook(MachineRef ref) {
        KnownFacts facts = KnownFacts.of(ref);
        return commands.about(
                ref.machine(),
                Made.DESTROY,
                commands.settings().destroy(),
                Optional.empty(),
                facts,
                request(ref, facts));
    }

    private byte[] request(MachineRef ref, KnownFacts facts) {
        RealmId realm = KnownFacts.realm(ref).orElseGet(context::realm);
        return Request.about(Made.DESTROY, context.instance(), ref.machine(), realm, facts);
    }

    private HookResult run(HookFolder folder, Hook.Builder hook)
            throws ProviderException, IOException, InterruptedException {
        Deadline deadline = Deadline.in(commands.settings().times().kill());
        HookResult result = commands.runner().run(hook.build(), folder, deadline, told -> {});
        if (!result.succeeded() && folder.exists()) { // else another one has destroyed it meanwhile
            throw Commands.failure(commands.settings().destroy(), result);
        }
        return result;
    }
}
