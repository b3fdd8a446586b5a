package dev.allocator.core.lease;

import dev.allocator.Command;
import dev.allocator.Credentials;
import dev.allocator.ExecResult;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The way into a machine: connections that are opened when they are first needed, again after they broke, and kept.
 */
public final class MachineAccess implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

    private final Optional<SshEndpoint> endpoint;
    private final Optional<Credentials> root;
    private final Optional<GuestShell> provider;
    private final LoginWaiter logins;
    private @Nullable SshConnection userConnection;
    private @Nullable SshConnection rootConnection;
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

    /** Whether root's commands go through the machine's provider. */
    public boolean isThroughProvider() {
        return provider.isPresent();
    }

    /** Runs a command as the user or as root. */
    public ExecResult exec(Command command) {
        if (command.runsAsRoot() && provider.isPresent()) {
            return provider.get().run(command);
        }
        Credentials user = login().credentials();
        if (command.runsAsRoot() && root.isPresent() && !user.user().equals("root")) {
            return root().exec(command, RootAccess.of(root.get()));
        }
        return user().exec(command, RootAccess.of(user));
    }

    private SshEndpoint login() {
        return endpoint.orElseThrow(() -> new MachineAccessException(
                "no SSH log-in of this machine is known; only commands as root can be run in it", null));
    }

    /** The user's connection. */
    public synchronized SshConnection user() {
        if (userConnection == null || !userConnection.isOpen()) {
            userConnection = connect(login().credentials());
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
        SshEndpoint endpoint = login();
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
