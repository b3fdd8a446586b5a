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
import org.jspecify.annotations.Nullable;

/**
 * Destroys machines: first the barrier, so that {@code allocate} starts no more, then what runs of it, then {@code
 * discard} for each address that it printed, once, at last what it left in the background. Each step may be done again,
 * by anyone.
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
        try {
            destroy(ref.machine(), new HookFolder(context.directoryPath(ref.machine())));
        } catch (IOException e) {
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
        processes.end(machine, folder, AdhocSettings.ALLOCATE);
        processes.awaitOrEnd(machine, folder, AdhocSettings.DISCARD, kill);
        @Nullable ProviderException failure = null;
        for (HookRun run : folder.runs(AdhocSettings.ALLOCATE)) {
            for (String address : hooks.owed(run)) {
                try {
                    discard(machine, folder, run, address);
                } catch (ProviderException e) {
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        processes.endLeftovers(machine, folder);
    }

    private void discard(MachineId machine, HookFolder folder, HookRun run, String address)
            throws ProviderException, IOException, InterruptedException {
        KeptSecrets secrets = KeptSecrets.load(folder)
                .orElseThrow(() -> new ProviderException("the folder " + folder.path() + " lacks the file 'secrets',"
                        + " so that the machine at " + address + " cannot be discarded; do it by hand"));
        Path log = context.log(machine, "discard.log");
        // Others who discard at the same moment are waited for, and come first.
        hooks.discard(machine, folder, run, address, secrets, log, Deadline.in(kill.multipliedBy(2)));
    }
}
