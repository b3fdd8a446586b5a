package dev.allocator.script.hook;

import dev.allocator.MachineId;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.TaggedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends hooks that other processes started, which may be dead, and what hooks left behind. */
public final class HookProcesses {

    /** How long a hook may take to end by itself once it was asked to. */
    static final Duration GRACE = Duration.ofSeconds(3);

    private static final Duration KILL = Duration.ofSeconds(5);
    private static final long STEP_MILLIS = 50;

    private final ProviderContext context;

    /** Of one provider instance. */
    public HookProcesses(ProviderContext context) {
        this.context = context;
    }

    /**
     * Ends each run of a hook that still goes on: with SIGTERM to its process group, 3 seconds to end, SIGKILL.
     *
     * @throws IOException if that cannot be known, or something cannot be killed
     */
    public void end(MachineId machine, HookFolder folder, String hook) throws IOException, InterruptedException {
        for (HookRun run : folder.runs(hook)) {
            Optional<ChildProcess> leader = context.processes().find(run.process(), machine);
            if (leader.isPresent()) {
                leader.get().terminate();
                boolean ended = awaitEnd(leader.get(), GRACE);
                leader.get().kill(); // its whole group while it leads it
                endGroups(machine, List.of(run), ended ? GRACE : Duration.ZERO);
            }
        }
    }

    /**
     * As above for a hook that has not succeeded, which nothing in the background is to outlive: it may be over itself
     * while what it started still makes the machine.
     */
    public void endUnfinished(MachineId machine, HookFolder folder, String hook)
            throws IOException, InterruptedException {
        end(machine, folder, hook);
        endGroups(machine, folder.runs(hook), GRACE);
    }

    /** Lets runs of a hook that somebody else started come to their end, for a while; then ends them. */
    public void awaitOrEnd(MachineId machine, HookFolder folder, String hook, Duration limit)
            throws IOException, InterruptedException {
        Deadline deadline = Deadline.in(limit);
        for (HookRun run : folder.runs(hook)) {
            Optional<ChildProcess> leader = context.processes().find(run.process(), machine);
            if (leader.isPresent()) {
                boolean unused = awaitEnd(leader.get(), deadline.remaining());
            }
        }
        end(machine, folder, hook);
    }

    /**
     * Ends what still runs in the process groups of all runs that are over: background children of hooks, but not what
     * went on to a session of its own.
     *
     * @throws IOException if something cannot be killed
     */
    public void endLeftovers(MachineId machine, HookFolder folder) throws IOException, InterruptedException {
        List<HookRun> over = new ArrayList<>();
        for (HookRun run : folder.runs()) {
            if (context.processes().find(run.process(), machine).isEmpty()) {
                over.add(run);
            }
        }
        endGroups(machine, over, GRACE);
    }

    /** As above, of one run. */
    void endLeftovers(MachineId machine, HookRun run) throws IOException, InterruptedException {
        endGroups(machine, List.of(run), GRACE);
    }

    private void endGroups(MachineId machine, List<HookRun> runs, Duration grace)
            throws IOException, InterruptedException {
        Set<Long> groups = new HashSet<>();
        for (HookRun run : runs) {
            pid(run.process()).ifPresent(groups::add);
        }
        if (groups.isEmpty()) {
            return;
        }
        List<ChildProcess> left = members(machine, groups);
        left.forEach(ChildProcess::terminate);
        Deadline polite = Deadline.in(grace);
        while (!left.isEmpty() && !polite.expired()) {
            boolean unused = awaitEnd(left.get(0), Duration.ofMillis(STEP_MILLIS));
            left = members(machine, groups);
        }
        Deadline deadline = Deadline.in(KILL);
        while (!left.isEmpty()) {
            if (deadline.expired()) {
                throw new IOException("cannot kill " + left.get(0));
            }
            left.forEach(ChildProcess::kill);
            boolean unused = awaitEnd(left.get(0), Duration.ofMillis(STEP_MILLIS));
            left = members(machine, groups);
        }
    }

    private List<ChildProcess> members(MachineId machine, Set<Long> groups) throws IOException {
        return context.processes().tagged().stream()
                .filter(found -> found.machine().equals(machine)
                        && found.realm().equals(context.realm())
                        && groups.contains(found.group()))
                .map(TaggedProcess::process)
                .toList();
    }

    private static Optional<Long> pid(Path record) throws IOException {
        if (!Files.exists(record)) {
            return Optional.empty(); // it never started
        }
        String text = Files.readString(record).strip();
        try {
            return Optional.of(Long.parseLong(text.substring(0, Math.max(0, text.indexOf(' ')))));
        } catch (NumberFormatException e) {
            throw new IOException(record + " names no process", e);
        }
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
