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
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Starts each process in a session of its own, by {@code setsid} of util-linux. Linux only. Safe for many threads.
 *
 * <p>The program becomes the very process whose id is recorded and returned. The launcher's own failures show as exit
 * status 113 (the record file could not be written) and 114 (the barrier file was there).
 */
public final class SessionProcesses implements Processes {

    private static final Path NOWHERE = Path.of("/dev/null");

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
            return run(spec, deadline, () -> true);
        }
        try (CapturedOutput output = new CapturedOutput()) {
            ProcessResult result = run(spec.output(output.path()), deadline, output::trim);
            return new ProcessResult(result.exitStatus(), output.text(), result.timedOut());
        }
    }

    @Override
    public ProcessResult run(ProcessSpec spec, Deadline deadline, Consumer<String> lines)
            throws IOException, InterruptedException {
        if (spec.output().isPresent()) {
            return tell(spec, deadline, lines, () -> true);
        }
        try (CapturedOutput output = new CapturedOutput()) {
            ProcessResult result = tell(spec.output(output.path()), deadline, lines, output::dropName);
            return new ProcessResult(result.exitStatus(), output.text(), result.timedOut());
        }
    }

    private ProcessResult tell(ProcessSpec spec, Deadline deadline, Consumer<String> lines, RunningProcess.Chore chore)
            throws IOException, InterruptedException {
        Path output = spec.output().orElseThrow();
        Launcher.createPrivate(output);
        try (OutputLines reader = new OutputLines(output, lines)) {
            try {
                return run(spec, deadline, chore.and(reader::advance));
            } finally {
                reader.finish();
            }
        }
    }

    private ProcessResult run(ProcessSpec spec, Deadline deadline, RunningProcess.Chore chore)
            throws IOException, InterruptedException {
        Process process = launch(spec);
        boolean ended =
                new RunningProcess(process, chore.and(() -> cutStandardOutput(spec))).awaitEnd(deadline, spec.grace());
        return new ProcessResult(process.isAlive() ? KILLED : process.exitValue(), "", !ended);
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
        if (spec.standardOutput().isPresent()) {
            Launcher.createPrivate(spec.standardOutput().get());
        }
        if (spec.output().isEmpty()) {
            return launcher.start(spec, NOWHERE);
        }
        Launcher.createPrivate(spec.output().get());
        return launcher.start(spec, spec.output().get());
    }

    /** Returns whether there was nothing to cut. */
    private static boolean cutStandardOutput(ProcessSpec spec) throws IOException {
        if (spec.standardOutput().isEmpty()) {
            return true;
        }
        try (RandomAccessFile file =
                new RandomAccessFile(spec.standardOutput().get().toFile(), "rw")) {
            boolean within = file.length() <= OutputLines.LIMIT;
            if (!within) {
                file.setLength(OutputLines.LIMIT);
            }
            return within;
        }
    }
}
