package dev.allocator.core.lease;

import dev.allocator.Command;
import dev.allocator.Credentials;
import dev.allocator.ExecResult;
import dev.allocator.HostAndPort;
import dev.allocator.MachineAccessException;
import dev.allocator.SshEndpoint;
import dev.allocator.core.readiness.GuestShell;
import dev.allocator.core.readiness.LoginTarget;
import dev.allocator.core.readiness.LoginWaiter;
import dev.allocator.core.readiness.ReadinessFailure;
import dev.allocator.core.ssh.RootAccess;
import dev.allocator.core.ssh.SshConnection;
import dev.allocator.spi.Deadline;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way into a machine: connections that are opened when they are first needed, again after they broke, and kept.
 */
public final class MachineAccess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MachineAccess.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

    /** How long a machine may be away whose ports are forwarded, before somebody uses it again. */
    private static final Duration ABSENCE = Duration.ofMinutes(15);

    private final Optional<SshEndpoint> endpoint;
    private final Optional<Credentials> root;
    private final Optional<GuestShell> provider;
    private final LoginWaiter logins;
    private @Nullable SshConnection userConnection;
    private @Nullable SshConnection rootConnection;
    private final SshForwards forwards = new SshForwards();
    private @Nullable ForwardWatch watch;
    private boolean reconnecting;
    private volatile CompletableFuture<String> end = new CompletableFuture<>();

    /**
     * A way in that is not open yet.
     *
     * @param endpoint how the user logs in, if that is known
     * @param root how to become root if the user cannot
     * @param provider runs commands as root without a log-in, if there is that way
     */
    public MachineAccess(
            Optional<SshEndpoint> endpoint,
            Optional<Credentials> root,
            Optional<GuestShell> provider,
            LoginWaiter logins) {
        this.endpoint = endpoint;
        this.root = root;
        this.provider = provider;
        this.logins = logins;
    }

    /** Takes over a connection that its user opened. */
    public synchronized MachineAccess connected(SshConnection connection) {
        userConnection = connection;
        return this;
    }

    /** Takes over a connection that root opened. */
    public synchronized MachineAccess connectedAsRoot(SshConnection connection) {
        rootConnection = connection;
        return this;
    }

    /** How the user logs in, if that is known. */
    public Optional<SshEndpoint> endpoint() {
        return endpoint;
    }

    /** How the engine logs in as root, if not through the user. */
    public Optional<Credentials> rootLogin() {
        return root;
    }

    /** Whether the user has logged in by now. */
    public synchronized boolean hasLoggedIn() {
        return userConnection != null;
    }

    /** Whether root's commands go through the machine's provider. */
    public boolean isThroughProvider() {
        return provider.isPresent();
    }

    /** What runs commands as root without a log-in, if there is that way. */
    Optional<GuestShell> provider() {
        return provider;
    }

    /** Runs a command as the user or as root. */
    public ExecResult exec(Command command) {
        return exec(command, Deadline.in(CONNECT_TIMEOUT));
    }

    /** The same, where logging in may not take longer than that, nor than usual. */
    ExecResult exec(Command command, Deadline deadline) {
        if (command.runsAsRoot() && provider.isPresent()) {
            return provider.get().run(command);
        }
        Credentials user = login().credentials();
        if (command.runsAsRoot() && root.isPresent() && !user.user().equals("root")) {
            return root(deadline).exec(command, RootAccess.of(root.get()));
        }
        return user(deadline).exec(command, RootAccess.of(user));
    }

    /** Runs a command as the user, over SSH. */
    ExecResult execAsUser(Command command, Deadline deadline) {
        return user(deadline).exec(command, RootAccess.of(login().credentials()));
    }

    /**
     * Hangs up, logs in anew as soon as that works, and forwards the same ports again. Refusals are not final: a system
     * that goes down or comes up refuses everyone.
     *
     * @param pointless completes with one sentence when waiting becomes pointless
     */
    void reconnect(Deadline deadline, CompletableFuture<String> pointless)
            throws ReadinessFailure, InterruptedException {
        synchronized (this) {
            reconnecting = true;
            hangUp();
        }
        try {
            CompletableFuture<String> over = end.applyToEither(pointless, why -> why);
            SshConnection fresh = logins.awaitLogin(target(login().credentials(), false, over), deadline);
            synchronized (this) {
                hangUp();
                use(fresh);
            }
        } finally {
            synchronized (this) {
                reconnecting = false;
            }
        }
    }

    private synchronized void use(SshConnection fresh) {
        userConnection = fresh;
        forwards.restore(fresh);
        watchForwards();
    }

    private SshEndpoint login() {
        return endpoint.orElseThrow(() -> new MachineAccessException(
                "no SSH log-in of this machine is known; only commands as root can be run in it", null));
    }

    /** The user's connection. */
    public SshConnection user() {
        return user(Deadline.in(CONNECT_TIMEOUT));
    }

    private synchronized SshConnection user(Deadline deadline) {
        if (!isConnected()) {
            use(connect(login().credentials(), deadline));
        }
        return Objects.requireNonNull(userConnection);
    }

    /**
     * Forwards a port of the machine's over SSH until this is closed. After the connection broke it is opened anew, as
     * soon as the machine is there again.
     */
    public int forward(int guestPort) {
        int port = forwards.add(user(), guestPort);
        watchForwards();
        return port;
    }

    private synchronized void watchForwards() {
        if (forwards.any() && (watch == null || !watch.isAlive())) {
            watch = ForwardWatch.over(new CutOffPorts(), login().address().toString());
        }
    }

    /** The forwarded ports of a machine that may be away. */
    private final class CutOffPorts implements ForwardWatch.Ports {

        @Override
        public boolean areCutOff() {
            synchronized (MachineAccess.this) {
                return forwards.any() && !reconnecting && !isConnected();
            }
        }

        /** Refusals are not final: a system that goes down or comes up refuses everyone. */
        @Override
        public boolean restore() throws InterruptedException {
            try {
                SshConnection fresh =
                        logins.awaitLogin(target(login().credentials(), false, end), Deadline.in(ABSENCE));
                synchronized (MachineAccess.this) {
                    if (areCutOff()) {
                        use(fresh);
                    } else {
                        fresh.close();
                    }
                }
                return true;
            } catch (ReadinessFailure e) {
                LOG.debug("the forwarded ports of {} lead nowhere until it is used again", login().address(), e);
                return false;
            }
        }
    }

    private boolean isConnected() {
        return userConnection != null && userConnection.isOpen();
    }

    private synchronized SshConnection root(Deadline deadline) {
        if (rootConnection == null || !rootConnection.isOpen()) {
            rootConnection = connect(root.orElseThrow(), deadline);
        }
        return rootConnection;
    }

    private SshConnection connect(Credentials credentials, Deadline deadline) {
        HostAndPort address = login().address();
        try {
            return logins.awaitLogin(target(credentials, true, end), deadline.atMost(CONNECT_TIMEOUT));
        } catch (ReadinessFailure e) {
            throw new MachineAccessException(
                    "cannot log in as " + credentials.user() + " at " + address + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted(credentials, e);
        }
    }

    private LoginTarget target(Credentials credentials, boolean fixed, CompletableFuture<String> pointless) {
        SshEndpoint endpoint = login();
        return new LoginTarget(
                endpoint.address(),
                Optional.of(credentials),
                endpoint.hostKeys(),
                fixed,
                CompletableFuture.completedFuture(endpoint),
                pointless,
                progress -> {});
    }

    private MachineAccessException interrupted(Credentials credentials, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new MachineAccessException(
                "interrupted while logging in as " + credentials.user() + " at " + login().address(), e);
    }

    /** Closes what is open; a later use opens it again. */
    @Override
    public void close() {
        CompletableFuture<String> ended = end;
        end = new CompletableFuture<>();
        ended.complete("its connections were closed meanwhile"); // ends a log-in under way, which has the lock
        forwards.forget();
        stopWatching();
        hangUp();
    }

    private synchronized void stopWatching() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }

    /** Closes connections; whoever opens them again forwards the same ports. */
    synchronized void hangUp() {
        if (userConnection != null) {
            userConnection.close();
            userConnection = null;
        }
        if (rootConnection != null) {
            rootConnection.close();
            rootConnection = null;
        }
    }
}
