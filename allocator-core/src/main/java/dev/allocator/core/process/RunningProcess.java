package dev.allocator.core.process;

import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A child that somebody waits for, who looks after its output meanwhile. For one thread. */
final class RunningProcess {

    /** What is done again and again while it runs, and once after its end. */
    interface Chore {
        /** Returns whether there was little to do. */
        boolean run() throws IOException;

        /** Both. */
        default Chore and(Chore other) {
            return () -> {
                boolean little = run();
                return other.run() && little;
            };
        }
    }

    /** A program that floods its output is looked at often, so that it fills no disk; others seldom. */
    private static final long SHORTEST_MILLIS = 5;

    private static final long LONGEST_MILLIS = 100;

    /** How long a process that was killed may take to be gone. */
    private static final long KILL_MILLIS = 2_000;

    private final Process process;
    private final Chore chore;
    private long pause = SHORTEST_MILLIS;

    RunningProcess(Process process, Chore chore) {
        this.process = process;
        this.chore = chore;
    }

    /**
     * Waits for its end, and ends it if it does not come in time or the caller is interrupted.
     *
     * @param grace how long it may take to end by itself then, after SIGTERM
     * @return whether it ended by itself in time
     */
    boolean awaitEnd(Deadline deadline, Duration grace) throws IOException, InterruptedException {
        try {
            doChore();
            while (!process.waitFor(Math.min(pause, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS)) {
                if (deadline.expired()) {
                    return false;
                }
                doChore();
            }
            return true;
        } finally {
            if (process.isAlive()) {
                end(new StartedProcess(process), grace);
            }
            chore.run();
        }
    }

    private void doChore() throws IOException {
        pause = chore.run() ? Math.min(2 * pause, LONGEST_MILLIS) : SHORTEST_MILLIS;
    }

    private void end(ChildProcess child, Duration grace) throws IOException {
        try {
            if (!grace.isZero()) {
                Deadline over = Deadline.in(grace);
                child.terminate();
                while (!isGone(Math.min(pause, over.remaining().toMillis())) && !over.expired()) {
                    doChore();
                }
            }
        } finally {
            child.kill();
            boolean unused = isGone(KILL_MILLIS);
        }
    }

    /** Waits also in an interrupted thread. */
    private boolean isGone(long millis) {
        process.onExit()
                .completeOnTimeout(process, millis, TimeUnit.MILLISECONDS)
                .join();
        return !process.isAlive();
    }
}
