package dev.allocator.lxd.crash;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Kills this program with SIGKILL at one instant. */
final class Killer {

    private static final long POLL_NANOS = 2_000_000;

    private final Path folder;
    private final Instant instant;
    private final OutputStream pipe;

    Killer(Path folder, Instant instant) throws IOException {
        this.folder = folder;
        this.instant = instant;
        // It waits already, so that hardly any time passes between the decision and the signal.
        this.pipe = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "read -r go && kill -9 \"$1\"",
                        "sh",
                        Long.toString(ProcessHandle.current().pid()))
                .start()
                .getOutputStream();
    }

    Instant instant() {
        return instant;
    }

    /** If this is the instant, never returns. */
    void reached(Instant reached) {
        if (reached == instant) {
            try {
                Files.createFile(folder.resolve("reached"));
                pipe.write('\n');
                pipe.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            while (true) {
                LockSupport.park();
            }
        }
    }

    /** From now on looks for a condition in a thread of its own, and dies when it holds, if this is the instant. */
    void reachedOnce(Instant watched, BooleanSupplier condition) {
        if (watched == instant) {
            Thread watcher = new Thread(() -> {
                while (!condition.getAsBoolean()) {
                    LockSupport.parkNanos(POLL_NANOS);
                }
                reached(watched);
            });
            watcher.setDaemon(true);
            watcher.start();
        }
    }
}
