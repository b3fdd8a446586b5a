package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A command ended with another status than 0. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class CommandFailedException extends AllocatorException {

    private static final long serialVersionUID = 1L;

    private final transient ExecResult result;

    /** With what the command left. */
    public CommandFailedException(ExecResult result) {
        super(message(result));
        this.result = result;
    }

    /** What the command left. */
    public ExecResult result() {
        return result;
    }

    private static String message(ExecResult result) {
        String output = (result.stderr().isBlank() ? result.stdout() : result.stderr()).strip();
        String lastLine = output.substring(output.lastIndexOf('\n') + 1);
        return "'" + result.program() + "' ended with status " + result.exitStatus()
                + (lastLine.isEmpty() ? "" : ": " + lastLine);
    }
}
