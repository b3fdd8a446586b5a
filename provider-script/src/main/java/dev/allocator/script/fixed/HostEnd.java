package dev.allocator.script.fixed;

import dev.allocator.MachineId;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Takes a host back. Until this returned the host's next user has to wait, and then it is clean, or out of service. All
 * of it may be done again, by anyone, after a crash at any line.
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

    /** Whether the host was taken back. */
    static boolean isOver(HookFolder folder) {
        return Files.exists(over(folder));
    }

    private static Path over(HookFolder folder) {
        return folder.path().resolve("over");
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
        if (!folder.end() || isOver(folder)) {
            return;
        }
        Optional<HostNote> note = HostNote.load(folder);
        if (note.isPresent() && cleanup.isPresent()) {
            Optional<Cleanup.Failure> failure = cleanup.get().run(machine, note.get(), folder);
            if (failure.isPresent()) {
                outOfService.add(
                        note.get().host(),
                        failure.get().reason(),
                        "since " + context.clock().instant() + ", after machine " + machine + "\n\n"
                                + String.join("\n", failure.get().output()));
            }
        }
        try {
            Files.createFile(over(folder));
        } catch (FileAlreadyExistsException e) {
            return; // someone else took it back as well
        }
    }
}
