package dev.allocator.spi;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * One sentence about a provider instance.
 *
 * @param severity how bad it is
 * @param message what is so, and what to do about it
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record Diagnosis(Severity severity, String message) {
    /** How bad something is. */
    public enum Severity {
        /** No machine can be made. */
        ERROR,
        /** Machines can be made, with a drawback. */
        WARNING,
        /** Worth knowing. */
        INFO
    }
}
