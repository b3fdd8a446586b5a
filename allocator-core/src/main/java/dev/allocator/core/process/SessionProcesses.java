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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

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
            boolean ended = runToEnd(process, spec, deadline, () -> cutStandardOutput(spec));
            return new ProcessResult(exitStatus(process), "", !ended);
        }
        try (CapturedOutput output = new CapturedOutput()) {
            createStandardOutput(spec);
            Process process = launcher.start(spec, output.path());
            boolean ended = runToEnd(process, spec, deadline, () -> {
                output.trim();
                cutStandardOutput(spec);
            });
            return new ProcessResult(exitStatus(process), output.text(), !ended);
        }
    }

    @Override
    public ProcessResult run(ProcessSpec spec, Deadline deadline, Consumer<String> lines)
            throws IOException, InterruptedException {
        if (spec.output().isEmpty()) {
            try (CapturedOutput output = new CapturedOutput()) {
                return run(spec.output(output.path()), deadline, lines);
            }
        }
        Path output = spec.output().get();
        Launcher.createPrivate(output);
        try (OutputLines reader = new OutputLines(output, lines)) {
            Process process = launch(spec);
            boolean ended;
            try {
                ended = runToEnd(process, spec, deadline, () -> {
                    reader.advance();
                    cutStandardOutput(spec);
                });
            } finally {
                reader.finish();
            }
            return new ProcessResult(exitStatus(process), "", !ended);
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

    private static void createStandardOutput(ProcessSpec spec) throws IOException {
        if (spec.standardOutput().isPresent()) {
            Launcher.createPrivate(spec.standardOutput().get());
        }
    }

    private static void cutStandardOutput(ProcessSpec spec) throws IOException {
        if (spec.standardOutput().isPresent()) {
            try (RandomAccessFile file =
                    new RandomAccessFile(spec.standardOutput().get().toFile(), "rw")) {
                file.setLength(Math.min(file.length(), OutputLines.LIMIT));
            }
        }
    }

    private Process launch(ProcessSpec spec) throws IOException {
        createStandardOutput(spec);
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
    private static boolean runToEnd(Process process, ProcessSpec spec, Deadline deadline, Chore chore)
            throws IOException, InterruptedException {
        try {
            do {
                chore.run();
                if (process.waitFor(Math.min(CHORE_MILLIS, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS)) {
                    chore.run();
                    return true;
                }
            } while (!deadline.expired());
            return false;
        } finally {
            if (process.isAlive()) {
                end(new StartedProcess(process), process, spec.grace());
            }
        }
    }

    private static void end(ChildProcess child, Process process, Duration grace) {
        if (!grace.isZero()) {
            child.terminate();
            process.onExit()
                    .completeOnTimeout(process, grace.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        }
        child.kill();
        process.onExit()
                .completeOnTimeout(process, KILL_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    }

    private static int exitStatus(Process process) {
        return process.isAlive() ? KILLED : process.exitValue();
    }
}
