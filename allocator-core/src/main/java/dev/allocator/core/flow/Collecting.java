package dev.allocator.core.flow;

import dev.allocator.AllocatorException;
import dev.allocator.DataSize;
import dev.allocator.ExecResult;
import dev.allocator.StoreException;
import dev.allocator.core.machine.EventLog;
import dev.allocator.core.machine.Evidence;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.readiness.GuestFiles;
import dev.allocator.core.readiness.GuestShell;
import dev.allocator.spi.Deadline;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * Copies files from a machine whose allocation failed to its evidence, before it is destroyed. Whatever comes of it is a
 * line in the log of events.
 */
record Collecting(GuestShell shell, Evidence evidence, EventLog log, Deadline deadline) {

    /** The folder in the evidence. */
    static final String FOLDER = "collected";

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final long MOST_BYTES = 10 << 20;
    private static final int MOST_FILES = 500;

    static void run(List<String> paths, GuestShell shell, Evidence evidence, EventLog log) {
        new Collecting(shell, evidence, log, Deadline.in(PATIENCE)).run(paths);
    }

    private void run(List<String> paths) {
        try {
            ExecResult found = shell.run(GuestFiles.list(paths).timeout(left()));
            found.stderr().lines().forEach(line -> log.add("not collected: " + line));
            long room = MOST_BYTES;
            int count = 0;
            for (String file : found.stdout().lines().toList()) {
                if (room <= 0 || count++ == MOST_FILES || deadline.expired()) {
                    log.add("not collected: " + file + " and what follows: no more than "
                            + DataSize.ofMebibytes(MOST_BYTES >> 20) + ", " + MOST_FILES + " files and "
                            + PATIENCE.toSeconds() + " s");
                    return;
                }
                room -= copyOrSay(file, room);
            }
        } catch (AllocatorException e) {
            log.add("collecting ended: " + e.getMessage());
        } catch (RuntimeException e) {
            log.add("collecting ended: unexpected " + e);
        }
    }

    /** One that cannot be written here, such as below what is a file already, costs the others nothing. */
    private long copyOrSay(String file, long room) {
        try {
            return copy(file, room);
        } catch (IOException | StoreException e) {
            log.add("not collected: " + file + ": " + e);
            return 0;
        }
    }

    /** The end of the file, if it is longer than that. The machine is not trusted: its names may not lead anywhere. */
    private long copy(String file, long room) throws IOException {
        Path folder = evidence.file(FOLDER).normalize();
        Path target = folder.resolve(file.replaceFirst("^/+", "").replaceAll("\\p{Cntrl}", "?"))
                .normalize();
        if (!file.startsWith("/") || !target.startsWith(folder) || target.equals(folder)) {
            log.add("not collected: " + file + ": its name leads elsewhere");
            return 0;
        }
        StateLayout.create(target.resolveSibling(""));
        try (OutputStream content = Files.newOutputStream(Evidence.createPrivate(target), StandardOpenOption.WRITE)) {
            CappedStream capped = new CappedStream(content, room);
            ExecResult copied =
                    shell.run(GuestFiles.end(file, room).stdout(capped).timeout(left()));
            log.add(
                    copied.succeeded()
                            ? "collected " + file + ": " + capped.written() + " bytes"
                            : "not collected: " + copied.stderr().strip());
            return capped.written();
        }
    }

    private Duration left() {
        return deadline.remaining().plusMillis(1);
    }
}
