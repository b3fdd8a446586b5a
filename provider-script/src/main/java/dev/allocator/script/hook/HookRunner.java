package dev.allocator.script.hook;

import dev.allocator.Durations;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.ProviderContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs hooks of one provider instance. Safe for many threads. */
public final class HookRunner {

    /** How many of the last lines are remembered. */
    private static final int LAST_LINES = 20;

    /**
     * Runs a command only if a marker is not there, and leaves the marker if that succeeds; whoever comes meanwhile
     * waits. Where a folder is being removed with its markers, the ticket was removed first. A command that complained
     * in its results has not succeeded, whatever its status. It does not hold the lock, so that what it leaves in the
     * background does not. SIGTERM is for the command, which this waits for.
     */
    private static final String ONCE = """
            trap : TERM
            marker=$1 ticket=$2 lock=$3 results=$4
            shift 4
            exec 9>"$lock"
            flock 9 || exit 1
            [ -e "$marker" ] && exit 0
            [ -e "$ticket" ] || exit 0
            "$@" 9>&-
            status=$?
            if [ "$status" -eq 0 ] && ! grep -q '^<\\(ERROR\\|FATAL\\) ' "$results" 2>/dev/null; then
                : >"$marker" || exit 1
            fi
            exit "$status"
            """;

    private final ProviderContext context;
    private final HookTimes times;
    private final HookProcesses processes;

    /** Of one provider instance. */
    public HookRunner(ProviderContext context, HookTimes times) {
        this.context = context;
        this.times = times;
        this.processes = new HookProcesses(context);
    }

    /**
     * Runs a hook to its end, or until its time or the deadline is over or the caller is interrupted: then its process
     * group gets SIGTERM, and SIGKILL 3 seconds later. What it leaves in the background is ended too unless it
     * succeeded.
     *
     * @param folder where its files are
     * @param progress told that it takes long
     * @throws IOException if it cannot be started, or its output cannot be read
     */
    public HookResult run(Hook hook, HookFolder folder, Deadline deadline, Consumer<String> progress)
            throws IOException, InterruptedException {
        HookRun run = folder.begin(hook.name(), hook::input);
        Deadline limit = deadline.atMost(times.kill());
        Deque<String> last = new ArrayDeque<>();
        LateWarning warning = new LateWarning(times.warn(), late(hook), progress);
        boolean succeeded = false;
        try (HookLog log = HookLog.open(hook.log())) {
            log.line("== " + context.clock().instant() + " " + hook.name() + ", run " + run.number() + " ==");
            ProcessResult ended = context.processes().run(spec(hook, folder, run), limit, line -> {
                String masked = hook.masking().mask(line);
                log.line(masked);
                last.addLast(masked);
                if (last.size() > LAST_LINES) {
                    last.removeFirst();
                }
            });
            Optional<String> timedOut = ended.timedOut() ? Optional.of(why(limit == deadline)) : Optional.empty();
            log.line("== " + context.clock().instant() + " "
                    + timedOut.map(why -> "stopped " + why).orElse("ended with status " + ended.exitStatus()) + " ==");
            succeeded = ended.succeeded();
            return new HookResult(run, ended.exitStatus(), timedOut, List.copyOf(last), hook.masking(), hook.log());
        } finally {
            warning.close();
            if (!succeeded) {
                endLeftovers(hook, run);
            }
        }
    }

    private void endLeftovers(Hook hook, HookRun run) throws IOException, InterruptedException {
        if (hook.machine().isPresent()) {
            processes.endLeftovers(hook.machine().get(), run);
        }
    }

    private String why(boolean outOfTime) {
        return outOfTime ? "as there was no time left" : "as it had not ended after " + Durations.format(times.kill());
    }

    private static String late(Hook hook) {
        return hook.name()
                + hook.log().map(file -> " (its output is in " + file + ")").orElse("");
    }

    private static ProcessSpec spec(Hook hook, HookFolder folder, HookRun run) {
        ProcessSpec spec = ProcessSpec.of(command(hook, folder, run))
                .directory(hook.directory())
                .input(run.input())
                .output(run.output())
                .grace(HookProcesses.GRACE)
                .recorded(run.process(), hook.creating() ? folder.barrier() : run.file("never"));
        for (Map.Entry<String, String> variable : hook.environment().entrySet()) {
            spec = spec.env(variable.getKey(), variable.getValue());
        }
        if (hook.machine().isPresent()) {
            spec = spec.machine(hook.machine().get());
        }
        return hook.answering() ? spec.standardOutput(run.answer()) : spec;
    }

    private static List<String> command(Hook hook, HookFolder folder, HookRun run) {
        if (hook.marker().isEmpty()) {
            return hook.command();
        }
        Path marker = hook.marker().get().toAbsolutePath();
        Path lock = folder.path().resolve("lock").toAbsolutePath();
        Path ticket = hook.ticket().orElse(lock).toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                ONCE,
                "sh",
                marker.toString(),
                ticket.toString(),
                lock.toString(),
                run.results().toString()));
        command.addAll(hook.command());
        return command;
    }
}
