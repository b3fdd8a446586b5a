package dev.allocator.spi;

import java.util.concurrent.CompletionStage;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A process that was started and lives on by itself. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public interface ChildProcess {

    /** Its process id, which is also that of its group and session. */
    long pid();

    /** When it started, in clock ticks after boot (field 22 of {@code /proc/PID/stat}); 0 if not known. */
    long startTime();

    /** Completes with its exit status when it ends; never exceptionally. */
    CompletionStage<Integer> exit();

    /** Kills its whole group with SIGKILL; does nothing if it has ended. */
    void kill();
}
