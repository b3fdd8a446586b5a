package dev.allocator.core.readiness;

import dev.allocator.Command;
import dev.allocator.CommandTimeoutException;
import dev.allocator.Durations;
import dev.allocator.ExecResult;
import dev.allocator.MachineAccessException;
import dev.allocator.core.ssh.BannerSocket;
import dev.allocator.core.ssh.RootAccess;
import dev.allocator.core.ssh.SshConnection;
import dev.allocator.spi.Deadline;
import java.time.Duration;

/**
 * Waits until machines can be logged in to. The waiting itself happens on the callers' threads; connections are
 * watched by one thread and log-ins computed by a few, however many machines are waited for.
 *
 * <p>An interrupted caller returns at once; whatever ends a wait closes its connections.
 */
public final class LoginWaiter implements AutoCloseable {

    /** How long one try of a readiness command may take. */
    private static final Duration LONGEST_TRY = Duration.ofMinutes(1);

    private final Pace pace;
    private final BannerProber prober;
    private final LoginPool logins;

    /** Starts its threads as they are needed. */
    public LoginWaiter() {
        this(Pace.DEFAULT, new BannerProber());
    }

    LoginWaiter(Pace pace, BannerProber prober) {
        this.pace = pace;
        this.prober = prober;
        this.logins = new LoginPool();
    }

    /**
     * Waits until the machine's SSH server answers.
     *
     * @return the connection on which it did, which the caller closes
     * @throws ReadinessFailure if the machine died, something else answers, or the deadline passed
     */
    public BannerSocket awaitBanner(LoginTarget target, Deadline deadline)
            throws InterruptedException, ReadinessFailure {
        try (Wait wait = new Wait(target, deadline)) {
            return wait.banner(prober);
        }
    }

    /**
     * Waits until the target's user can log in, and logs in.
     *
     * @return the connection, which the caller closes
     * @throws ReadinessFailure if the machine died, the log-in was refused for good, or the deadline passed
     */
    public SshConnection awaitLogin(LoginTarget target, Deadline deadline)
            throws InterruptedException, ReadinessFailure {
        try (Wait wait = new Wait(target, deadline)) {
            return new LoginAttempts(wait, prober, logins, pace).untilLoggedIn();
        }
    }

    /**
     * Tries a command about each second until it exits with 0.
     *
     * @param command a line for {@code /bin/sh}, run as the connection's user
     * @throws ReadinessFailure if the machine died, the connection broke, or the deadline passed
     */
    public void awaitCommand(SshConnection connection, String command, LoginTarget target, Deadline deadline)
            throws InterruptedException, ReadinessFailure {
        try (Wait wait = new Wait(target, deadline)) {
            String last = "it was not tried";
            while (!deadline.expired()) {
                Duration limit = deadline.atMost(LONGEST_TRY).remaining();
                try {
                    ExecResult result = connection.exec(
                            Command.shell(command).timeout(limit.plusMillis(1)), new RootAccess.Direct());
                    if (result.succeeded()) {
                        return;
                    }
                    String said = result.stderr().strip();
                    last = "status " + result.exitStatus()
                            + (said.isEmpty() ? "" : ": " + said.substring(said.lastIndexOf('\n') + 1));
                } catch (CommandTimeoutException e) {
                    last = "no end after " + Durations.format(limit);
                } catch (MachineAccessException e) {
                    wait.throwIfDead();
                    throwIfInterrupted(e);
                    throw new ReadinessFailure(
                            ReadinessFailure.Reason.REFUSED, "the readiness command failed: " + e.getMessage(), e);
                }
                wait.pause(pace.commands());
            }
            throw new ReadinessFailure(
                    ReadinessFailure.Reason.TIMEOUT,
                    "the readiness command did not succeed on " + target.address() + " within "
                            + Durations.format(deadline.total()) + ", last: " + last,
                    null);
        }
    }

    private static void throwIfInterrupted(MachineAccessException e) throws InterruptedException {
        if (Thread.interrupted()) {
            InterruptedException interrupted = new InterruptedException(e.getMessage());
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** Ends all waits and closes their connections; log-ins that succeeded are their callers'. */
    @Override
    public void close() {
        prober.close();
        logins.close();
    }
}
