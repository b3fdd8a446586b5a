package dev.allocator.script.adhoc;

import dev.allocator.MachineId;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.script.hook.HookProcesses;
import dev.allocator.script.hook.HookRun;
import dev.allocator.script.hook.KeptSecrets;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Destroys machines: first the barrier, so that {@code allocate} starts no more, then what runs of it, then {@code
 * discard} for each address that it printed, once, then what it left in the background. At last the secrets go, which
 * says that all is done. Each step may be done again, by anyone, also at the same time.
 */
final class AdhocEnd {

    private final ProviderContext context;
    private final Duration kill;
    private final AdhocHooks hooks;
    private final HookProcesses processes;

    AdhocEnd(ProviderContext context, Duration kill, AdhocHooks hooks, HookProcesses processes) {
        this.context = context;
        this.kill = kill;
        this.hooks = hooks;
        this.processes = processes;
    }

    void destroy(MachineRef ref) throws ProviderException {
        // Someone whose thread was interrupted wants it all to end, this included.
        boolean interrupted = Thread.interrupted();
        HookFolder folder = new HookFolder(context.directoryPath(ref.machine()));
        try {
            destroy(ref.machine(), folder);
        } catch (IOException e) {
            if (!folder.exists()) {
                return; // another one has destroyed it meanwhile
            }
            throw new ProviderException(
                    Kind.RETRYABLE, "cannot destroy machine " + ref.machine() + ": " + e.getMessage(), e);
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

    private void destroy(MachineId machine, HookFolder folder)
            throws ProviderException, IOException, InterruptedException {
        if (!folder.end()) {
            return; // without a folder no script ever ran, or all is done
        }
        if (AdhocCreation.address(folder).isPresent()) {
            processes.end(machine, folder, AdhocSettings.ALLOCATE);
        } else {
            processes.endUnfinished(machine, folder, AdhocSettings.ALLOCATE);
        }
        processes.awaitOrEnd(machine, folder, AdhocSettings.DISCARD, kill);
        Optional<KeptSecrets> secrets = KeptSecrets.load(folder);
        if (secrets.isPresent()) { // else nothing ever ran, or another one has just destroyed it
            discard(machine, folder, secrets.get());
        }
        processes.endLeftovers(machine, folder);
        KeptSecrets.delete(folder);
    }

    private void discard(MachineId machine, HookFolder folder, KeptSecrets secrets)
            throws ProviderException, IOException, InterruptedException {
        @Nullable ProviderException failure = null;
        for (HookRun run : folder.runs(AdhocSettings.ALLOCATE)) {
            for (String address : hooks.owed(run)) {
                Path log = context.log(machine, "discard.log");
                Deadline deadline =
                        Deadline.in(kill.multipliedBy(2)); // the kill-timeout comes first, and is the reason
                try {
                    hooks.discard(machine, folder, run, address, secrets, log, deadline);
                } catch (ProviderException e) {
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
        }
        if (failure != null && folder.exists()) {
            throw failure;
        }
    }
}
