package dev.allocator;

import java.time.Duration;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A command took longer than its time-out and was terminated. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class CommandTimeoutException extends AllocatorException {

    private static final long serialVersionUID = 1L;

    private final String stdout;
    private final String stderr;

    /** With the program, its time-out and what it had written. */
    public CommandTimeoutException(String program, Duration timeout, String stdout, String stderr) {
        super("'" + program + "' did not end within " + Durations.format(timeout) + " and was terminated");
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /** What it had written by then. */
    public String stdout() {
        return stdout;
    }

    /** What it had written to its error output by then. */
    public String stderr() {
        return stderr;
    }
}
