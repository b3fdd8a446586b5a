package dev.allocator.core.lease;

import dev.allocator.Command;
import dev.allocator.Credentials;
import dev.allocator.ExecResult;
import dev.allocator.MachineAccessException;
import dev.allocator.SshEndpoint;
import dev.allocator.core.readiness.LoginTarget;
import dev.allocator.core.readiness.LoginWaiter;
import dev.allocator.core.readiness.ReadinessFailure;
import dev.allocator.core.ssh.RootAccess;
import dev.allocator.core.ssh.SshConnection;
import dev.allocator.spi.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The way into a machine: connections that are opened when they are first needed, again after they broke, and kept.
 */
public final class MachineAccess implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

    private final SshEndpoint endpoint;
    private final Optional<Credentials> root;
    private final LoginWaiter logins;
    private @Nullable SshConnection userConnection;
    private @Nullable SshConnection rootConnection;
    private volatile CompletableFuture<String> end = new CompletableFuture<>();

    /**
     * A way in that is not open yet.
     *
     * @param root how to become root if the user cannot
     */
    public MachineAccess(SshEndpoint endpoint, Optional<Credentials> root, LoginWaiter logins) {
        this.endpoint = endpoint;
        this.root = root;
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

    /** How the user logs in. */
    public SshEndpoint endpoint() {
        return endpoint;
    }

    /** How the engine logs in as root, if not through the user. */
    public Optional<Credentials> rootLogin() {
        return root;
    }

    /** Runs a command as the user or as root. */
    public ExecResult exec(Command command) {
        if (command.runsAsRoot() && root.isPresent() && !endpoint.user().equals("root")) {
            return root().exec(command, RootAccess.of(root.get()));
        }
        return user().exec(command, RootAccess.of(endpoint.credentials()));
    }

    /** The user's connection. */
    public synchronized SshConnection user() {
        if (userConnection == null || !userConnection.isOpen()) {
            userConnection = connect(endpoint.credentials());
        }
        return userConnection;
    }

    private synchronized SshConnection root() {
        if (rootConnection == null || !rootConnection.isOpen()) {
            rootConnection = connect(root.orElseThrow());
        }
        return rootConnection;
    }

    private SshConnection connect(Credentials credentials) {
        LoginTarget target = new LoginTarget(
                endpoint.address(),
                Optional.of(credentials),
                endpoint.hostKeys(),
                true,
                CompletableFuture.completedFuture(endpoint),
                end,
                progress -> {});
        try {
            return logins.awaitLogin(target, Deadline.in(CONNECT_TIMEOUT));
        } catch (ReadinessFailure e) {
            throw new MachineAccessException(
                    "cannot log in as " + credentials.user() + " at " + endpoint.address() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MachineAccessException(
                    "interrupted while logging in as " + credentials.user() + " at " + endpoint.address(), e);
        }
    }

    /** Closes what is open; a later use opens it again. */
    @Override
    public void close() {
        CompletableFuture<String> ended = end;
        end = new CompletableFuture<>();
        ended.complete("its connections were closed meanwhile"); // ends a log-in under way, which has the lock
        closeOpen();
    }

    private synchronized void closeOpen() {
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
