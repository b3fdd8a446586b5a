package dev.allocator.core.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;

/** Signals to a whole process group, which Java cannot send by itself. */
final class ProcessGroup {

    private ProcessGroup() {}

    /** A signal, as kill(1) names it. */
    enum Signal {
        KILL,
        TERM
    }

    /** Sends a signal to all members; a group that is gone is fine. */
    static void send(Signal signal, long group) {
        if (group <= 1) {
            throw new IllegalArgumentException("not a process group of ours: " + group);
        }
        // The only form of a negative number that all of dash, bash and busybox take.
        ProcessBuilder builder = new ProcessBuilder(
                        "/bin/sh", "-c", "kill -s \"$1\" -- \"-$2\"", "sh", signal.name(), Long.toString(group))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD);
        builder.environment().clear();
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            waitFor(process);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot signal process group " + group + ": " + e.getMessage(), e);
        }
    }

    /** Waits for a process that ends at once, also in an interrupted thread, whose flag is kept. */
    private static void waitFor(Process process) {
        boolean interrupted = false;
        while (true) {
            try {
                process.waitFor();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
