package dev.allocator.core.reaper;

import dev.allocator.core.process.OrphanShell;
import dev.allocator.core.process.ProcessIdentity;
import dev.allocator.spi.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A small shell script, one per state directory, that starts the reaper for wake-ups that are due, and ends when there
 * is none left. It holds a lock by flock(1) on the file {@code timekeeper}, in which it says which process it is for as
 * long as it is certain to look at the wake-ups again.
 */
final class Timekeeper {

    private static final String SCRIPT = Scripts.read("timekeeper.sh");

    private static final Duration END = Duration.ofSeconds(1);
    private static final long STEP_NANOS = 1_000_000;

    private final OrphanShell shell;
    private final Path state;
    private final Path file;

    Timekeeper(OrphanShell shell, Path state) {
        this.shell = shell;
        this.state = state;
        this.file = state.resolve("timekeeper");
    }

    /** Whether it runs and is going to look at the wake-ups that are there by now, within a minute. */
    boolean runs() {
        try {
            return ProcessIdentity.read(file).filter(ProcessIdentity::isAlive).isPresent();
        } catch (IOException e) {
            return false; // it is about to end, or to write who it is
        }
    }

    /** Makes it look at the wake-ups soon: starts it, or tells the one that runs. */
    void look() throws IOException {
        shell.start(SCRIPT, state.toString()).input().close();
    }

    /** The same once there are no wake-ups, whereupon it ends; waits a little for that. */
    void end() throws IOException {
        look();
        Deadline deadline = Deadline.in(END);
        while (runs() && !deadline.expired()) {
            LockSupport.parkNanos(STEP_NANOS);
        }
    }
}
