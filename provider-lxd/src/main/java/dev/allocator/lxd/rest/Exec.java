package dev.allocator.lxd.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.Command;
import dev.allocator.CommandTimeoutException;
import dev.allocator.ExecResult;
import dev.allocator.lxd.rest.LxdException.Reason;
import dev.allocator.spi.Deadline;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one command in an instance. */
final class Exec {

    private static final Logger LOG = LoggerFactory.getLogger(Exec.class);

    /** LXD itself gives up after 5 s in which not all connections are made. */
    private static final Duration CONNECTING = Duration.ofSeconds(10);
    /** How long it may take LXD to say why it ended the connections before the command's output ended. */
    private static final Duration SAYING = Duration.ofSeconds(2);
    /** How long a command that is being terminated may take to end. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration KILLING = Duration.ofSeconds(10);

    private final LxdHttp http;
    private final OperationWait operations;
    private final String instance;
    private final String path;
    private final AtomicBoolean terminated = new AtomicBoolean();
    private final String tag = UUID.randomUUID().toString();

    Exec(LxdHttp http, OperationWait operations, String project, String instance) {
        this.http = http;
        this.operations = operations;
        this.instance = instance;
        this.path =
                "/1.0/instances/" + instance + "/exec?project=" + URLEncoder.encode(project, StandardCharsets.UTF_8);
    }

    /** See {@link LxdClient#exec}. */
    ExecResult run(Command command) throws LxdException, InterruptedException {
        long started = System.nanoTime();
        Deadline deadline = Deadline.in(command.timeout());
        ExecScript script = ExecScript.of(command);
        ExecOutput output = new ExecOutput(command);
        JsonNode envelope = http.call(LxdHttp.json("POST", path, request(script)), deadline.atMost(CONNECTING))
                .envelope();
        ExecSockets sockets = new ExecSockets(http, envelope, output);
        ExecInput input = null;
        boolean over = false;
        try {
            boolean open = sockets.awaitOpen(deadline.atMost(CONNECTING));
            if (open) {
                sockets.write(script.preamble(), script.preamble().length);
                input = feed(command, sockets);
                pump(command, output, sockets, deadline);
            }
            JsonNode end = end(command, envelope.path("operation").asText(), output, sockets, deadline);
            over = true;
            IOException unread = input == null ? null : input.failure();
            if (unread != null) {
                throw streamFailed("the input of '" + program(command) + "' cannot be read", unread);
            }
            int status = status(command, end, output);
            Duration duration = Duration.ofNanos(System.nanoTime() - started);
            return new ExecResult(
                    program(command),
                    status,
                    output.stdout().text(),
                    output.stderr().text(),
                    duration);
        } finally {
            output.abandon();
            if (input != null) {
                input.stop();
            }
            if (over) {
                sockets.close();
            } else {
                terminate(sockets);
            }
        }
    }

    private JsonNode request(ExecScript script) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        script.words().forEach(request.putArray("command")::add);
        request.putObject("environment").put(ExecScript.TAG, tag);
        return request.put("wait-for-websocket", true).put("interactive", false);
    }

    private @Nullable ExecInput feed(Command command, ExecSockets sockets) {
        if (command.stdin().isEmpty()) {
            sockets.endInput();
            return null;
        }
        return ExecInput.start(command.stdin().get(), sockets, () -> terminate(sockets));
    }

    /** Passes the output on until there is no more. */
    private void pump(Command command, ExecOutput output, ExecSockets sockets, Deadline deadline)
            throws LxdException, InterruptedException {
        try {
            long end = System.nanoTime() + deadline.remaining().toNanos();
            if (!output.pump(end)) {
                throw timedOut(command, output, sockets);
            }
        } catch (IOException e) {
            throw streamFailed("the output of '" + program(command) + "' could not be passed on", e);
        }
    }

    private JsonNode end(Command command, String operation, ExecOutput output, ExecSockets sockets, Deadline deadline)
            throws LxdException, InterruptedException {
        try {
            return operations.end(operation, output.isLost() ? deadline.atMost(SAYING) : deadline, line -> {});
        } catch (LxdException e) {
            if (output.isLost()) {
                throw lost(command, e);
            }
            if (deadline.expired()) {
                throw timedOut(command, output, sockets);
            }
            throw e;
        }
    }

    /** Terminates it, and takes what it says to that. */
    private CommandTimeoutException timedOut(Command command, ExecOutput output, ExecSockets sockets)
            throws LxdException, InterruptedException {
        terminate(sockets);
        try {
            output.pump(System.nanoTime() + GRACE.toNanos());
        } catch (IOException e) {
            throw streamFailed("the output of '" + program(command) + "' could not be passed on", e);
        }
        return new CommandTimeoutException(
                program(command),
                command.timeout(),
                output.stdout().text(),
                output.stderr().text());
    }

    private int status(Command command, JsonNode end, ExecOutput output) throws LxdException {
        int status = end.path("metadata").path("return").asInt(-1);
        if (OperationWait.isFailed(end) && status != 126 && status != 127) {
            throw OperationWait.failure(end);
        }
        if (status < 0 || output.isLost()) {
            throw lost(command, null);
        }
        return status & 0xff;
    }

    private LxdException lost(Command command, @Nullable LxdException cause) {
        return LxdException.unreachable(
                Reason.CONNECTION_LOST,
                "the connection to LXD was lost while '" + program(command) + "' ran in " + instance
                        + ", so it is not known how it ended",
                cause);
    }

    private void terminate(ExecSockets sockets) {
        if (terminated.getAndSet(true)) {
            return;
        }
        try {
            http.execute("terminating a command", () -> {
                try {
                    kill();
                } finally {
                    sockets.close();
                }
            });
        } catch (LxdException e) {
            // The client is closed, and with that the connections: LXD kills the command.
            LOG.debug("a command in {} is left to LXD: {}", instance, e.getMessage());
        }
    }

    private void kill() {
        Deadline deadline = Deadline.in(KILLING);
        try {
            String operation = http.call(LxdHttp.json("POST", path, ExecKill.request(tag)), deadline)
                    .envelope()
                    .path("operation")
                    .asText();
            operations.await(operation, deadline, line -> {});
        } catch (LxdException e) {
            LOG.debug("a command in {} cannot be terminated: {}", instance, e.getMessage());
        } catch (InterruptedException e) {
            // Only closing the client interrupts its threads.
            Thread.currentThread().interrupt();
        }
    }

    private static LxdException streamFailed(String what, IOException e) {
        return LxdException.unreachable(Reason.COMMAND_STREAM, what + ", so it was terminated: " + e.getMessage(), e);
    }

    private static String program(Command command) {
        return command.words().get(0);
    }
}
