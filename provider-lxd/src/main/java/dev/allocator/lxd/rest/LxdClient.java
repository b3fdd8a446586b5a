package dev.allocator.lxd.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.spi.Deadline;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One local LXD. Thread-safe; opens its first connection when it is first used. Every call has a deadline, and an
 * interrupt ends it at once. Paths start with {@code /1.0} and carry their own query, such as {@code ?project=}.
 */
public interface LxdClient extends AutoCloseable {

    /** Listening to events, until it is closed. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** Over LXD's Unix socket, which need not be there yet. */
    static LxdClient at(Path socket) {
        return new SocketLxdClient(socket);
    }

    /** The metadata that a path has; that of a missing thing is a {@link LxdException} with status 404. */
    JsonNode get(String path, Deadline deadline) throws LxdException, InterruptedException;

    /**
     * Sends a request and waits until LXD has done it, also where LXD answers with an operation. The request is sent
     * only once; where the daemon goes away while it is at it, the wait goes on until the deadline, in case it comes
     * back.
     *
     * @param body null: none
     * @param progress told what the operation says of its progress, such as a download's; on any thread
     * @return the metadata of the answer, or the finished operation (whose own {@code metadata} and {@code resources}
     *     are fields); where the operation vanished before its end was seen, a missing node
     * @throws LxdException if LXD refuses or the operation fails, with LXD's own words; if an interrupt or the deadline
     *     ends the wait, the operation goes on in LXD unless LXD can cancel it
     */
    JsonNode send(String method, String path, @Nullable JsonNode body, Deadline deadline, Consumer<String> progress)
            throws LxdException, InterruptedException;

    /** The bytes of a path that answers no JSON: a console's buffer, a log, a file of an instance. */
    byte[] bytes(String path, Deadline deadline) throws LxdException, InterruptedException;

    /**
     * Listens to events until it is closed; returns at once. Whenever listening begins, also for the first time, the
     * listener gets {@link LxdEvent#RECONNECTED}: what happens from then on is told, what happened before is not, so
     * that it has to look for itself.
     *
     * @param project whose instances
     * @param listener called by one thread, one event after the other
     * @throws LxdException if the client was closed
     */
    Subscription listen(String project, Consumer<LxdEvent> listener) throws LxdException;

    /**
     * Runs a command in an instance as root; see {@link dev.allocator.spi.Provider#exec}. It lasts until its output and
     * its error output are closed, also by what it started. At its time limit, at an interrupt, or if one of its streams
     * fails, it is terminated with all that it started and that kept its environment, on another thread, which needs the
     * guest's shell and /proc.
     *
     * @return also if a signal ended it (128 + N), or if there is no such program (127) or folder (126)
     * @throws dev.allocator.CommandTimeoutException at its time limit
     * @throws LxdException also if the instance does not run or its agent does not answer
     */
    ExecResult exec(String project, String instance, Command command) throws LxdException, InterruptedException;

    /** Ends its connections and threads; calls under way fail. */
    @Override
    void close();
}
