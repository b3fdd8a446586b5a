package dev.allocator.spi;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What one look at a machine showed.
 *
 * @param state the result
 * @param message one sentence for people
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record MachineHealth(State state, String message) {
    /** Whether a machine lives. */
    public enum State {
        /** It runs. */
        RUNNING,
        /** It exists but does not run. */
        STOPPED,
        /** Nothing of it exists. */
        GONE
    }
}
