package dev.allocator.qemu;

import dev.allocator.MachineId;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.Processes;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import dev.allocator.spi.TaggedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Destroys machines: first the barrier, so that nothing starts any more, then QEMU by its monitor, then every process
 * that still carries the machine's tag, at last the files.
 */
final class MachineEnd {

    private static final Duration QUIT = Duration.ofSeconds(2);
    private static final Duration KILL = Duration.ofSeconds(5);

    private final ProviderContext context;

    MachineEnd(ProviderContext context) {
        this.context = context;
    }

    void destroy(MachineRef ref) throws ProviderException {
        // Someone whose thread was interrupted wants it all to end, this included.
        boolean interrupted = Thread.interrupted();
        try {
            destroy(ref.machine(), MachineFolder.of(ref, context));
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

    private void destroy(MachineId machine, MachineFiles files)
            throws ProviderException, IOException, InterruptedException {
        boolean known = files.discard();
        if (known) {
            end(machine, files);
        }
        killTagged(machine);
        if (known) {
            files.delete();
            if (!files.folder().equals(context.directoryPath(machine))) {
                // Another realm's: nobody else is going to remove it.
                Files.deleteIfExists(files.discarded());
                Files.deleteIfExists(files.folder());
            }
        }
    }

    private void end(MachineId machine, MachineFiles files) throws IOException, InterruptedException {
        Optional<ChildProcess> process = context.processes().find(files.process(), machine);
        // Also asked if no process is seen: it may run in another pid namespace.
        boolean quit = Files.exists(files.discardMonitor()) && quit(machine, files);
        if (process.isPresent() && !(quit && awaitEnd(process.get(), QUIT))) {
            process.get().kill();
        }
    }

    private static boolean quit(MachineId machine, MachineFiles files) throws InterruptedException {
        Deadline deadline = Deadline.in(QUIT);
        try (Monitor monitor = Monitor.connect(files.discardMonitor(), machine, deadline)) {
            monitor.quit(deadline);
            return true;
        } catch (IOException e) {
            // It does not answer, not yet or not any more: it is killed, and what is left is looked for.
            return false;
        }
    }

    /** Kills whatever belongs to the machine, the tools and the launchers too, until nothing is found any more. */
    private void killTagged(MachineId machine) throws ProviderException, IOException, InterruptedException {
        Deadline deadline = Deadline.in(KILL);
        List<ChildProcess> left = tagged(context.processes(), machine);
        while (!left.isEmpty()) {
            if (deadline.expired()) {
                throw new ProviderException(
                        Kind.RETRYABLE, "cannot kill " + left.get(0) + " of machine " + machine, null);
            }
            for (ChildProcess process : left) {
                process.kill();
                awaitEnd(process, Duration.ofMillis(500));
            }
            left = tagged(context.processes(), machine);
        }
    }

    private static List<ChildProcess> tagged(Processes processes, MachineId machine) throws IOException {
        return processes.tagged().stream()
                .filter(found -> found.machine().equals(machine))
                .map(TaggedProcess::process)
                .toList();
    }

    private static boolean awaitEnd(ChildProcess process, Duration limit) throws InterruptedException {
        try {
            process.exit().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a process cannot fail", e);
        }
    }
}
