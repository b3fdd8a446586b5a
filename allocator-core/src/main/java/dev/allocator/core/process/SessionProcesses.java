package dev.allocator.core.process;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.Processes;
import dev.allocator.spi.TaggedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Starts each process in a session of its own, by {@code setsid} of util-linux. Linux only. Safe for many threads.
 *
 * <p>The program becomes the very process whose id is recorded and returned. The launcher's own failures show as exit
 * status 113 (the record file could not be written) and 114 (the barrier file was there).
 */
public final class SessionProcesses implements Processes {

    private static final Path NOWHERE = Path.of("/dev/null");

    /** How often a running process's output is cut to its limit. */
    private static final long CHORE_MILLIS = 100;

    /** How long a process that was killed may take to be gone. */
    private static final long KILL_MILLIS = 2_000;

    /** The status of a process that was killed but is stuck in the kernel. */
    private static final int KILLED = 128 + 9;

    private final Launcher launcher;

    /**
     * Starts processes for a realm.
     *
     * @param realm what they are tagged with
     * @param environment the environment whose harmless part they inherit
     */
    public SessionProcesses(RealmId realm, Map<String, String> environment) {
        this.launcher = new Launcher(new ChildEnvironment(realm, environment));
    }

    @Override
    public ChildProcess start(ProcessSpec spec) throws IOException {
        return new StartedProcess(launch(spec));
    }

    @Override
    public ProcessResult run(ProcessSpec spec, Deadline deadline) throws IOException, InterruptedException {
        if (spec.output().isPresent()) {
            Process process = launch(spec);
            boolean ended = runToEnd(process, deadline, () -> {});
            return new ProcessResult(exitStatus(process), "", !ended);
        }
        try (CapturedOutput output = new CapturedOutput()) {
            Process process = launcher.start(spec, output.path());
            boolean ended = runToEnd(process, deadline, output::trim);
            return new ProcessResult(exitStatus(process), output.text(), !ended);
        }
    }

    @Override
    public Optional<ChildProcess> find(Path recordFile, MachineId machine) throws IOException {
        Optional<ProcessIdentity> identity = ProcessIdentity.read(recordFile).filter(ProcessIdentity::isAlive);
        try {
            if (identity.isEmpty() || !ProcessTags.carries(identity.get(), machine)) {
                return Optional.empty();
            }
            return identity.map(FoundProcess::new);
        } catch (IOException e) {
            throw new IOException(
                    "cannot tell whether a process belongs to machine " + machine + ": " + e.getMessage(), e);
        }
    }

    @Override
    public List<TaggedProcess> tagged() throws IOException {
        return ProcessTags.all();
    }

    private Process launch(ProcessSpec spec) throws IOException {
        if (spec.output().isEmpty()) {
            return launcher.start(spec, NOWHERE);
        }
        Launcher.createPrivate(spec.output().get());
        return launcher.start(spec, spec.output().get());
    }

    private interface Chore {
        void run() throws IOException;
    }

    /** Waits for a process, which is killed if it does not end by itself; returns whether it did. */
    private static boolean runToEnd(Process process, Deadline deadline, Chore chore)
            throws IOException, InterruptedException {
        try {
            do {
                chore.run();
                if (process.waitFor(Math.min(CHORE_MILLIS, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS)) {
                    return true;
                }
            } while (!deadline.expired());
            return false;
        } finally {
            if (process.isAlive()) {
                new StartedProcess(process).kill();
                process.onExit()
                        .completeOnTimeout(process, KILL_MILLIS, TimeUnit.MILLISECONDS)
                        .join();
            }
        }
    }

    private static int exitStatus(Process process) {
        return process.isAlive() ? KILLED : process.exitValue();
    }
}
