package dev.allocator.script.fixed;

import dev.allocator.MachineId;
import dev.allocator.script.hook.Hook;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.script.hook.HookProcesses;
import dev.allocator.script.hook.HookResult;
import dev.allocator.script.hook.HookRunner;
import dev.allocator.script.hook.HookTimes;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command that makes a host ready for its next user. It comes to an end by itself once for each user: how it ended is
 * written by the shell that runs it, so that nobody runs it again if whoever waited for it is killed. Only one that was
 * itself cut short is run again, from its start.
 */
final class Cleanup {

    private static final String NAME = "cleanup";
    private static final String STATUS = "cleanup.status";
    private static final Duration NO_LIMIT = Duration.ofDays(365); // but its own

    /**
     * {@code STATUSFILE NOTE}: succeeds if the line came to its end, however. The line is a variable, as it may hold a
     * secret, and arguments can be read by all users. Without the note it came to its end
     * before, and the marker that says so is being removed with the folder; the host may be someone else's already.
     */
    private static final String TO_THE_END = """
            [ -e "$2" ] || exit 0
            /bin/sh -c 'eval "unset ALLOCATOR_LINE; $ALLOCATOR_LINE"'
            echo "$?" >"$1.draft" && mv "$1.draft" "$1"
            """;

    private final ProviderContext context;
    private final String line;
    private final HookRunner runner;
    private final HookProcesses processes;

    Cleanup(ProviderContext context, String line, Duration limit) {
        this.context = context;
        this.line = line;
        this.runner = new HookRunner(context, new HookTimes(limit, limit, limit));
        this.processes = new HookProcesses(context);
    }

    /**
     * How a clean-up failed.
     *
     * @param reason one sentence
     * @param output the end of what it printed, without secrets
     */
    record Failure(String reason, List<String> output) {}

    /**
     * Cleans a host up, unless that is done already. Of several at once, all wait for the one that does it.
     *
     * @return how it failed; empty if it succeeded
     * @throws InterruptedException if interrupted; the command is ended then
     */
    Optional<Failure> run(MachineId machine, HostNote host, HookFolder folder)
            throws IOException, InterruptedException {
        Hook hook = hook(FormerUser.load(machine, host, folder), folder);
        HookResult result = runner.run(hook, folder, Deadline.in(NO_LIMIT), progress -> {});
        if (result.timedOut().isPresent()) {
            // It may have waited for one that lost who watched over it, whose time is over as well.
            processes.end(machine, folder, NAME);
        }
        Optional<Integer> status = status(folder);
        if (status.isPresent()) {
            processes.endLeftovers(machine, folder); // all that comes now has nothing to do any more
            if (status.get() == 0) {
                return Optional.empty();
            }
        }
        HookResult ended = new HookResult(
                result.run(),
                status.orElse(result.status()),
                status.isPresent() ? Optional.empty() : result.timedOut(),
                result.lastLines(),
                result.masking(),
                Optional.empty()); // the log goes with the lease
        return Optional.of(new Failure(ended.sentence(), ended.lastLines()));
    }

    private Hook hook(FormerUser user, HookFolder folder) throws IOException {
        String statusFile = folder.path().resolve(STATUS).toString();
        String note = HostNote.file(folder).toString();
        return Hook.named(NAME, List.of("/bin/sh", "-c", TO_THE_END, "sh", statusFile, note), user.directory())
                .machine(user.machine())
                .log(context.log(user.machine(), NAME + ".log"))
                .once(folder.path().resolve("cleaned"))
                .environment(user.environment(folder))
                .environment(Map.of("ALLOCATOR_LINE", line))
                .masking(user.masking())
                .input(user.request(context))
                .build();
    }

    private static Optional<Integer> status(HookFolder folder) throws IOException {
        Optional<byte[]> file = folder.read(STATUS);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Integer.parseInt(new String(file.get(), StandardCharsets.UTF_8).strip()));
        } catch (NumberFormatException e) {
            throw new IOException(folder.path().resolve(STATUS) + " names no exit status", e);
        }
    }
}
