package dev.allocator.core.ssh;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import dev.allocator.Command;
import dev.allocator.CommandTimeoutException;
import dev.allocator.ExecResult;
import dev.allocator.HostAndPort;
import dev.allocator.MachineAccessException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs commands on one connection. */
final class CommandRunner {

    private static final Logger LOG = LoggerFactory.getLogger(CommandRunner.class);

    /** How long a command that is being terminated may take to end; after that its channel is closed anyway. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration RETRY = Duration.ofMillis(100);

    private final HostAndPort address;
    private final ChannelWork work;

    CommandRunner(HostAndPort address, ChannelWork work) {
        this.address = address;
        this.work = work;
    }

    /** Runs a command when there is room for it, and waits for it. */
    ExecResult run(Command command, Privilege privilege) {
        try {
            work.acquire(command.timeout());
        } catch (InterruptedException e) {
            throw interrupted(command, e);
        }
        try {
            return start(command, privilege, true).await();
        } finally {
            work.release();
        }
    }

    private Running start(Command command, Privilege privilege, boolean killable) {
        String tag = UUID.randomUUID().toString();
        CommandScript script = CommandScript.of(command, tag, privilege);
        Running running = new Running(command, privilege, tag, killable);
        running.newChannel(script);
        work.start(() -> running.feed(script));
        return running;
    }

    private MachineAccessException interrupted(Command command, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new MachineAccessException(
                "interrupted while '" + command.words().get(0) + "' ran on " + address, e);
    }

    /** A command that was started, or is about to be. */
    private final class Running {
        private final Command command;
        private final String program;
        private final Privilege privilege;
        private final String tag;
        private final boolean killable;
        private final CommandOutput output;
        private final CommandInput input;
        private volatile @Nullable ChannelExec current;
        private final long started = System.nanoTime();

        Running(Command command, Privilege privilege, String tag, boolean killable) {
            this.command = command;
            this.program = command.words().get(0);
            this.privilege = privilege;
            this.tag = tag;
            this.killable = killable;
            this.output = new CommandOutput(command);
            InputStream nothing = new ByteArrayInputStream(new byte[0]);
            this.input = new CommandInput(command.stdin().orElse(nothing));
        }

        ChannelExec newChannel(CommandScript script) {
            ChannelExec channel = work.exec();
            channel.setCommand(script.line().getBytes(StandardCharsets.UTF_8));
            channel.setOutputStream(output.stdout());
            channel.setErrStream(output.stderr());
            current = channel;
            return channel;
        }

        private ChannelExec channel() {
            return Objects.requireNonNull(current);
        }

        /** The server may still be busy with ending commands whose channels are closed here. */
        private void open(CommandScript script) throws JSchException {
            long patience = System.nanoTime() + GRACE.toNanos();
            while (true) {
                try {
                    channel().connect(ChannelWork.OPEN_MILLIS);
                    return;
                } catch (JSchException e) {
                    if (System.nanoTime() > patience || work.isClosedWithin(RETRY)) {
                        throw e;
                    }
                    newChannel(script);
                }
            }
        }

        /** Opens the channel and writes the command's input to it. */
        void feed(CommandScript script) {
            try {
                open(script);
                OutputStream toCommand = channel().getOutputStream();
                toCommand.write(script.preamble());
                toCommand.flush();
                input.copyTo(toCommand);
                toCommand.close();
            } catch (JSchException | MachineAccessException e) {
                output.fail(e);
                channel().disconnect();
            } catch (UncheckedIOException e) {
                output.fail(new IOException("its input cannot be read: " + e.getCause(), e.getCause()));
                terminate();
            } catch (IOException e) {
                // Most often the command ended without reading all of it, which is its own affair.
                LOG.trace("the input of '{}' on {} ended early", program, address, e);
                closeInput();
            }
        }

        private void closeInput() {
            try {
                channel().getOutputStream().close();
            } catch (IOException e) {
                LOG.trace("closing the input of '{}' on {}", program, address, e);
            }
        }

        ExecResult await() {
            try {
                if (!output.pump(started + command.timeout().toNanos())) {
                    work.startUnlessClosed(this::terminate);
                    output.pump(System.nanoTime() + GRACE.toNanos());
                    throw new CommandTimeoutException(
                            program, command.timeout(), output.stdoutText(), output.stderrText());
                }
                return result();
            } catch (InterruptedException e) {
                work.startUnlessClosed(this::terminate);
                throw interrupted(command, e);
            } catch (IOException e) {
                work.startUnlessClosed(this::terminate);
                throw new MachineAccessException(
                        "the output of '" + program + "' on " + address + " could not be passed on, so it was"
                                + " terminated: " + e.getMessage(),
                        e);
            } finally {
                output.abandon();
                input.stop();
            }
        }

        private ExecResult result() {
            Exception failure = output.failure();
            if (failure != null) {
                throw new MachineAccessException(
                        "cannot run '" + program + "' on " + address + ": " + failure.getMessage(), failure);
            }
            Duration duration = Duration.ofNanos(System.nanoTime() - started);
            int status = channel().getExitStatus();
            String signal = channel().getExitSignal();
            if (status < 0 && signal == null) {
                work.awaitLoss();
                throw new MachineAccessException(
                        "the connection to " + address + " was lost while '" + program + "' ran", null);
            }
            return new ExecResult(
                    program,
                    status >= 0 ? status & 0xff : 128 + Signals.number(signal),
                    output.stdoutText(),
                    output.stderrText(),
                    duration);
        }

        private void terminate() {
            try {
                if (killable) {
                    start(CommandKiller.of(tag), privilege, false).await();
                }
            } catch (MachineAccessException | CommandTimeoutException e) {
                LOG.debug("cannot terminate '{}' on {}: {}", program, address, e.getMessage());
            } finally {
                channel().disconnect();
            }
        }
    }
}
