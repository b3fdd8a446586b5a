package dev.allocator.spi;

import java.util.concurrent.CompletionStage;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A process that was started, here or by another JVM, and lives on by itself. */
@API(status = Status.MAINTAINED, since = "0.1")
public interface ChildProcess {

    /** Its process id, which is also that of its group and session if {@link Processes#start} made it. */
    long pid();

    /** When it started, in clock ticks after boot (field 22 of {@code /proc/PID/stat}); 0 if not known. */
    long startTime();

    /**
     * Completes when it ends, never exceptionally: with its exit status, 128 + N if signal N ended it, or -1 if this
     * JVM cannot know because another one started it.
     */
    CompletionStage<Integer> exit();

    /** Asks it to end with SIGTERM, and its whole group if it leads one; does nothing if it has ended. */
    void terminate();

    /** Kills it with SIGKILL, and its whole group if it leads one; does nothing if it has ended. */
    void kill();
}
