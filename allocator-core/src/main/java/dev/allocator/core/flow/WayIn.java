package dev.allocator.core.flow;

import dev.allocator.Credentials;
import dev.allocator.core.readiness.GuestShell;
import dev.allocator.core.readiness.ProviderShell;
import dev.allocator.core.readiness.SshShell;
import dev.allocator.core.ssh.RootAccess;
import dev.allocator.core.ssh.SshConnection;
import java.util.Optional;

/**
 * How the engine got into a machine.
 *
 * @param shell runs commands there
 * @param connection the log-in that it uses; empty if its provider runs them
 * @param mayBeEarly whether the machine may still be about to set up its users and host keys
 */
record WayIn(GuestShell shell, Optional<SshConnection> connection, boolean mayBeEarly) implements AutoCloseable {

    static WayIn over(SshConnection connection, boolean mayBeEarly) {
        return new WayIn(
                new SshShell(connection, RootAccess.of(connection.credentials())), Optional.of(connection), mayBeEarly);
    }

    static WayIn through(ProviderShell shell) {
        return new WayIn(shell, Optional.empty(), true);
    }

    /** Who logged in. */
    Optional<Credentials> login() {
        return connection.map(SshConnection::credentials);
    }

    @Override
    public void close() {
        connection.ifPresent(SshConnection::close);
    }
}
