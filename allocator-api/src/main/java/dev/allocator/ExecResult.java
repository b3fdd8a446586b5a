package dev.allocator;

import java.time.Duration;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What a command that ended left behind.
 *
 * @param program the program, for messages
 * @param exitStatus 0 to 255; 128 + N if signal N ended it
 * @param stdout its output in UTF-8, up to 8 MiB, empty if it was streamed
 * @param stderr its error output, likewise
 * @param duration how long it ran
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record ExecResult(String program, int exitStatus, String stdout, String stderr, Duration duration) {

    /** Whether the exit status is 0. */
    public boolean succeeded() {
        return exitStatus == 0;
    }

    /**
     * This result if the command succeeded.
     *
     * @throws CommandFailedException otherwise, with the last lines of its error output
     */
    public ExecResult orThrow() {
        if (succeeded()) {
            return this;
        }
        throw new CommandFailedException(this);
    }
}
