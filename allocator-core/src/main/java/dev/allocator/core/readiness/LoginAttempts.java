package dev.allocator.core.readiness;

import dev.allocator.Credentials;
import dev.allocator.Durations;
import dev.allocator.Secret;
import dev.allocator.core.ssh.BannerSocket;
import dev.allocator.core.ssh.HostKeyMismatchException;
import dev.allocator.core.ssh.LoginRefusedException;
import dev.allocator.core.ssh.SshConnection;
import dev.allocator.core.ssh.SshKeys;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tries to log in to one machine until that works or cannot work any more. */
final class LoginAttempts {

    /** Refusals of an image's own credentials after which more tries are pointless. */
    private static final int FINAL_REFUSALS = 4;

    /** An emulated guest on a busy host takes seconds for one key exchange. */
    private static final Duration LONGEST_LOGIN = Duration.ofSeconds(60);

    private final Wait wait;
    private final LoginTarget target;
    private final BannerProber prober;
    private final LoginPool logins;
    private final Pace pace;
    private boolean answered;
    private int refusals;
    private int next;
    private String last = "";

    LoginAttempts(Wait wait, BannerProber prober, LoginPool logins, Pace pace) {
        this.wait = wait;
        this.target = wait.target();
        this.prober = prober;
        this.logins = logins;
        this.pace = pace;
    }

    SshConnection untilLoggedIn() throws InterruptedException, ReadinessFailure {
        for (Candidate candidate : target.candidates()) {
            checkKey(candidate.credentials());
        }
        while (true) {
            BannerSocket socket = banner();
            if (!answered) {
                answered = true;
                wait.progress("the SSH server answers: " + socket.banner());
            }
            try {
                SshConnection connection = logIn(socket, candidate());
                wait.progress("logged in as " + connection.user());
                return connection;
            } catch (LoginRefusedException e) {
                refused(e);
            } catch (HostKeyMismatchException e) {
                mismatched(e);
            } catch (IOException e) {
                if (refusals == 0) { // a refusal says more than a try that was cut off at the end
                    last = String.valueOf(e.getMessage());
                }
                wait.pause(pace.retry());
            }
            if (wait.deadline().expired()) {
                throw tooLate(null);
            }
        }
    }

    /** A key that cannot be read will not get better by waiting. */
    private static void checkKey(Credentials credentials) throws ReadinessFailure {
        Optional<Secret> key = credentials.privateKey();
        try {
            key.ifPresent(SshKeys::publicKey);
        } catch (IllegalArgumentException e) {
            throw new ReadinessFailure(
                    ReadinessFailure.Reason.REFUSED,
                    "cannot log in as '" + credentials.user() + "': " + e.getMessage(),
                    e);
        }
    }

    private BannerSocket banner() throws InterruptedException, ReadinessFailure {
        try {
            return wait.banner(prober);
        } catch (ReadinessFailure e) {
            boolean knowsMore = !last.isEmpty() && e.reason() == ReadinessFailure.Reason.TIMEOUT;
            throw knowsMore ? tooLate(e) : e;
        }
    }

    private Candidate candidate() {
        return target.candidates().get(next % target.candidates().size());
    }

    private SshConnection logIn(BannerSocket socket, Candidate candidate)
            throws InterruptedException, ReadinessFailure, LoginRefusedException, HostKeyMismatchException,
                    IOException {
        Duration limit = wait.deadline().atMost(LONGEST_LOGIN).remaining();
        CompletableFuture<SshConnection> login = logins.logIn(socket, candidate, limit);
        SshConnection connection = null;
        try {
            connection = wait.result(login, limit);
            return connection;
        } catch (TimeoutException e) {
            throw new IOException(
                    "the log-in at " + target.address() + " took longer than " + Durations.format(limit), e);
        } catch (CancellationException e) {
            throw new ReadinessFailure(ReadinessFailure.Reason.TIMEOUT, "the wait was ended from here", e);
        } catch (ExecutionException e) {
            throw rethrow(e);
        } finally {
            if (connection == null) {
                socket.close();
                if (!login.cancel(true) && !login.isCompletedExceptionally()) {
                    login.join().close();
                }
            }
        }
    }

    private static IOException rethrow(ExecutionException e)
            throws LoginRefusedException, HostKeyMismatchException, IOException {
        if (e.getCause() instanceof LoginRefusedException refused) {
            throw refused;
        }
        if (e.getCause() instanceof HostKeyMismatchException mismatch) {
            throw mismatch;
        }
        if (e.getCause() instanceof IOException broken) {
            throw broken;
        }
        throw new IllegalStateException("the log-in failed for a reason of its own", e.getCause());
    }

    private void refused(LoginRefusedException e) throws InterruptedException, ReadinessFailure {
        last = String.valueOf(e.getMessage());
        if (!e.stillBooting()) {
            refusals++;
            next++;
        }
        if (target.fixedCredentials() && refusals >= FINAL_REFUSALS) {
            throw new ReadinessFailure(
                    ReadinessFailure.Reason.REFUSED,
                    last + "; after " + refusals + " tries it does not get better: check the profile's log-in",
                    e);
        }
        Duration backOff = pace.afterRefusal(Math.max(1, refusals));
        wait.progress("log-in refused, trying again in " + Durations.format(backOff));
        wait.pause(backOff);
    }

    /** A server may start with the image's key before cloud-init gives it its own. */
    private void mismatched(HostKeyMismatchException e) throws InterruptedException, ReadinessFailure {
        if (target.fixedCredentials()) {
            throw new ReadinessFailure(ReadinessFailure.Reason.REFUSED, String.valueOf(e.getMessage()), e);
        }
        last = String.valueOf(e.getMessage());
        refusals++;
        next++;
        wait.progress("the host key is not the expected one yet");
        wait.pause(pace.afterRefusal(refusals));
    }

    private ReadinessFailure tooLate(@Nullable Exception cause) {
        return new ReadinessFailure(
                ReadinessFailure.Reason.TIMEOUT,
                "could not log in within " + Durations.format(wait.deadline().total()) + ", last: " + last,
                cause);
    }
}
