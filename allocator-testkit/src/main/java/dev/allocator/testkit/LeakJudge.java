package dev.allocator.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether anything of a state directory's machines is left on this host: processes, records, secrets, files.
 *
 * <p>It runs the shell script {@code judge.sh} beside this class, which looks at {@code /proc} and files alone and uses
 * nothing of the library, so that a mistake in the library cannot hide itself. Linux only. The process that asks, and
 * those that started it, are never reported. Immutable.
 */
public final class LeakJudge {

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LAST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final Path stateDirectory;
    private final @Nullable String realm;
    private final @Nullable Path temporaryFiles;
    private final boolean timekeeper;

    private LeakJudge(Path stateDirectory, @Nullable String realm, @Nullable Path temporaryFiles, boolean timekeeper) {
        this.stateDirectory = stateDirectory;
        this.realm = realm;
        this.temporaryFiles = temporaryFiles;
        this.timekeeper = timekeeper;
    }

    /** Of a state directory, which need not exist any more. */
    public static LeakJudge of(Path stateDirectory) {
        return new LeakJudge(stateDirectory.toAbsolutePath(), null, null, false);
    }

    /** Also looks for processes of this realm, where the state directory cannot tell its own any more. */
    public LeakJudge realm(String realm) {
        return new LeakJudge(stateDirectory, realm, temporaryFiles, timekeeper);
    }

    /** Also looks for temporary files in this folder, the {@code TMPDIR} of the programs that are judged. */
    public LeakJudge temporaryFiles(Path folder) {
        return new LeakJudge(stateDirectory, realm, folder.toAbsolutePath(), timekeeper);
    }

    /** Lets the process linger that watches detached leases, which looks each minute whether it is still needed. */
    public LeakJudge timekeeperMayLinger() {
        return new LeakJudge(stateDirectory, realm, temporaryFiles, true);
    }

    /**
     * Looks once.
     *
     * @return one line for each leftover; empty if there is none
     */
    public List<String> leftovers() {
        try {
            Process process = new ProcessBuilder(command())
                    .redirectError(Redirect.INHERIT)
                    .start();
            try (OutputStream script = process.getOutputStream()) {
                script.write(script());
            }
            String report = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = exitStatus(process);
            if (status > 1 || (status == 0) != report.isEmpty()) {
                throw new IllegalStateException("judge.sh ended with status " + status + ": " + report);
            }
            return report.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run judge.sh", e);
        }
    }

    /**
     * Looks again and again until nothing is left.
     *
     * @return how long that took
     * @throws AssertionError with the last report, if something is left for longer than the limit
     */
    public Duration awaitClean(Duration limit) {
        long start = System.nanoTime();
        long pause = FIRST_PAUSE;
        List<String> left = leftovers();
        while (!left.isEmpty()) {
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new AssertionError("after " + limit.toMillis() + " ms there is still left of " + stateDirectory
                        + ":\n" + String.join("\n", left));
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(LAST_PAUSE, pause + pause / 2);
            left = leftovers();
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-s", "--"));
        if (timekeeper) {
            command.add("--timekeeper-ok");
        }
        if (temporaryFiles != null) {
            command.addAll(List.of("--tmp", temporaryFiles.toString()));
        }
        command.add(stateDirectory.toString());
        if (realm != null) {
            command.add(realm);
        }
        return command;
    }

    private static byte[] script() throws IOException {
        try (InputStream script = LeakJudge.class.getResourceAsStream("judge.sh")) {
            if (script == null) {
                throw new IllegalStateException("judge.sh is not on the class path beside " + LeakJudge.class);
            }
            return script.readAllBytes();
        }
    }

    private static int exitStatus(Process process) {
        try {
            return process.waitFor(); // it has closed its output, so it ends at once
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while judging", e);
        }
    }
}
