package dev.allocator.script.fixed;

import dev.allocator.MachineId;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Optional;

/**
 * Takes a host back. Until this returned the host's next user has to wait, and then it is clean, or out of service. All
 * of it may be done again, by anyone, after a crash at any line. That the machine's note is gone says that it is done: the
 * rest of its folder is removed by the engine in any order, while others may still look at it.
 */
final class HostEnd {

    private final ProviderContext context;
    private final Optional<Cleanup> cleanup;
    private final OutOfService outOfService;

    HostEnd(ProviderContext context, Optional<Cleanup> cleanup, OutOfService outOfService) {
        this.context = context;
        this.cleanup = cleanup;
        this.outOfService = outOfService;
    }

    void destroy(MachineId machine) throws ProviderException {
        // Someone whose thread was interrupted wants it all to end, this included.
        boolean interrupted = Thread.interrupted();
        try {
            destroy(machine, new HookFolder(context.directoryPath(machine)));
        } catch (InterruptedException | ClosedByInterruptException e) {
            interrupted = true;
            throw new ProviderException(
                    Kind.RETRYABLE, "interrupted while the host of machine " + machine + " was taken back", e);
        } catch (IOException e) {
            throw new ProviderException(
                    Kind.RETRYABLE, "cannot take the host of machine " + machine + " back: " + e.getMessage(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void destroy(MachineId machine, HookFolder folder) throws IOException, InterruptedException {
        if (!folder.end()) {
            return;
        }
        Optional<HostNote> host = HostNote.load(folder);
        if (host.isEmpty()) {
            return;
        }
        if (cleanup.isPresent()) {
            Optional<Cleanup.Failure> failure = cleanUp(cleanup.get(), machine, host.get(), folder);
            // Without the note someone else has come to the end, and what is missing says nothing.
            if (failure.isPresent() && HostNote.exists(folder)) {
                outOfService.add(
                        host.get().host(),
                        failure.get().reason(),
                        "since " + context.clock().instant() + ", after machine " + machine + "\n\n"
                                + String.join("\n", failure.get().output()));
            }
        }
        HostNote.delete(folder);
    }

    private static Optional<Cleanup.Failure> cleanUp(
            Cleanup cleanup, MachineId machine, HostNote host, HookFolder folder)
            throws IOException, InterruptedException {
        try {
            return cleanup.run(machine, host, folder);
        } catch (IOException e) {
            if (HostNote.exists(folder)) {
                throw e;
            }
            return Optional.empty(); // someone else came to the end, and the folder is being removed
        }
    }
}
