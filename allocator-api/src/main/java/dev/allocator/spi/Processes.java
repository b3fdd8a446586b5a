package dev.allocator.spi;

import dev.allocator.MachineId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Starts processes in a session of their own, with output to files and a small environment: of ours only
 * {@code PATH HOME USER LOGNAME LANG LC_* TZ TMPDIR XDG_*}. Each carries {@code ALLOCATOR_REALM} and, if it belongs to a
 * machine, {@code ALLOCATOR_MACHINE} in its environment, by which it can be found. Nothing else starts processes.
 */
@API(status = Status.MAINTAINED, since = "0.1")
public interface Processes {

    /**
     * Starts a process that lives on by itself, also after this JVM.
     *
     * @throws IOException if the program cannot be started; names it
     */
    ChildProcess start(ProcessSpec spec) throws IOException;

    /**
     * Runs a process to its end; at its deadline, or if the caller is interrupted, its whole group is
     * {@linkplain ProcessSpec#grace() asked to end} and then killed.
     *
     * @throws IOException if the program cannot be started or its output read
     * @throws InterruptedException if interrupted
     */
    ProcessResult run(ProcessSpec spec, Deadline deadline) throws IOException, InterruptedException;

    /**
     * As above, and tells each line of the output as it comes: within about 100 ms, by the calling thread, decoded as
     * UTF-8 with U+FFFD for what is none, without its line break. The process's end counts, not that of its output, which
     * others may hold. Of more than 16 MiB of output the rest is dropped, and a last line says so; a line of more than
     * 64 KiB is told in pieces. Output that goes to a {@linkplain ProcessSpec#output() file} is told too; the result
     * then holds none.
     */
    ProcessResult run(ProcessSpec spec, Deadline deadline, Consumer<String> lines)
            throws IOException, InterruptedException;

    /**
     * Finds the process that a {@linkplain ProcessSpec#recordFile() record file} names, if it still runs and is the
     * very same one: same start time and tagged with the machine. Works in any process.
     *
     * @throws IOException if that cannot be known, for instance because the process belongs to another user
     */
    Optional<ChildProcess> find(Path recordFile, MachineId machine) throws IOException;

    /**
     * All running processes that are tagged with a machine of any realm, whoever started them. Processes of other
     * users may be missing.
     *
     * @throws IOException if processes cannot be listed
     */
    List<TaggedProcess> tagged() throws IOException;
}
