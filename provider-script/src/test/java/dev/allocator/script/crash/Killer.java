package dev.allocator.script.crash;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** Kills this program with SIGKILL at one instant, unless a script does. */
final class Killer {

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
}
