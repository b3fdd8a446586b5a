package dev.allocator.spi;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * How a process ended.
 *
 * @param exitStatus its exit status, 128 + N if signal N ended it
 * @param output its output and error output, up to 1 MiB, empty if it went to a file
 * @param timedOut whether it was killed because its deadline passed
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record ProcessResult(int exitStatus, String output, boolean timedOut) {

    /** Whether it ended by itself with status 0. */
    public boolean succeeded() {
        return exitStatus == 0 && !timedOut;
    }
}
