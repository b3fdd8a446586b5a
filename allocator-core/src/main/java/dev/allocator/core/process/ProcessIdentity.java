package dev.allocator.core.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process that cannot be mistaken for a later one with the same id, within one boot of the host.
 *
 * @param pid its process id
 * @param startTime when it started, in clock ticks after boot (field 22 of {@code /proc/PID/stat}, see proc(5))
 */
public record ProcessIdentity(long pid, long startTime) {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18}) ([0-9]{1,18})\\s*");

    /** The process of that id, if there is one that is not a zombie. */
    public static Optional<ProcessIdentity> of(long pid) {
        return ProcStat.of(pid).filter(ProcStat::isAlive).map(stat -> new ProcessIdentity(pid, stat.startTime()));
    }

    /**
     * Reads {@code pid starttime}.
     *
     * @throws IllegalArgumentException if that is something else
     */
    public static ProcessIdentity parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a process record: '" + text.strip() + "'");
        }
        return new ProcessIdentity(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }

    /**
     * Reads a {@linkplain dev.allocator.spi.ProcessSpec#recordFile() record file}; empty if there is none.
     *
     * @throws IOException if it cannot be read or holds something else
     */
    public static Optional<ProcessIdentity> read(Path recordFile) throws IOException {
        if (!Files.exists(recordFile)) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(Files.readString(recordFile)));
        } catch (IllegalArgumentException e) {
            throw new IOException(recordFile + ": " + e.getMessage(), e);
        }
    }

    /** Whether this very process runs; a zombie does not. */
    public boolean isAlive() {
        return stat().isPresent();
    }

    /**
     * Kills this very process with SIGKILL, and its whole group if it leads one; does nothing if it has ended. Returns
     * when the signal was sent, which is before the process is gone.
     */
    public void kill() {
        send(ProcessGroup.Signal.KILL, ProcessHandle::destroyForcibly);
    }

    /** As {@link #kill}, with SIGTERM. */
    public void terminate() {
        send(ProcessGroup.Signal.TERM, ProcessHandle::destroy);
    }

    private void send(ProcessGroup.Signal signal, Consumer<ProcessHandle> toOne) {
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        Optional<ProcStat> stat = stat();
        if (handle.isEmpty() || stat.isEmpty()) {
            return;
        }
        if (stat.get().group() == pid) {
            ProcessGroup.send(signal, pid);
        } else {
            toOne.accept(handle.get());
        }
    }

    private Optional<ProcStat> stat() {
        return ProcStat.of(pid).filter(stat -> stat.startTime() == startTime && stat.isAlive());
    }

    /** {@code pid starttime}, as {@link #parse} reads it. */
    @Override
    public String toString() {
        return pid + " " + startTime;
    }
}
