package dev.allocator.core.reaper;

import dev.allocator.core.process.OrphanShell;
import dev.allocator.core.process.OrphanShell.Started;
import dev.allocator.core.process.ProcessIdentity;
import dev.allocator.spi.Deadline;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small shell script that waits for the end of this process, however it comes about, and then starts the reaper. It
 * reads from a pipe that only this process writes to.
 */
final class Guardian {

    private static final Logger LOG = LoggerFactory.getLogger(Guardian.class);
    private static final String SCRIPT = Scripts.read("guardian.sh");
    private static final Duration LEAVE = Duration.ofSeconds(2);
    private static final long STEP_NANOS = 500_000;

    private final ProcessIdentity process;
    private final OutputStream input;

    private Guardian(ProcessIdentity process, OutputStream input) {
        this.process = process;
        this.input = input;
    }

    /** Starts one for this process, as the owner with that token. */
    static Guardian start(OrphanShell shell, Path reaper, Path state, String token) throws IOException {
        Started started = shell.start(SCRIPT, reaper.toString(), state.toString(), token);
        Optional<ProcessIdentity> process = ProcessIdentity.of(Long.parseLong(started.firstLine()));
        if (process.isEmpty()) {
            started.input().close();
            throw new IOException("the process that is to watch over this one ended at once");
        }
        return new Guardian(process.get(), started.input());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Tells it that there is nothing to end, and waits until it is gone. */
    void dismiss() {
        try (OutputStream pipe = input) {
            pipe.write("closed\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.debug("the guardian had ended: {}", e.toString());
        }
        Deadline deadline = Deadline.in(LEAVE);
        while (isAlive() && !deadline.expired()) {
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    /** Makes it start the reaper now, as if this process had ended. */
    void release() {
        try {
            input.close();
        } catch (IOException e) {
            LOG.debug("the guardian had ended: {}", e.toString());
        }
    }
}
