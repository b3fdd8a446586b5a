package dev.allocator.core.readiness;

import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.core.ssh.RootAccess;
import dev.allocator.core.ssh.SshConnection;

/**
 * Over an SSH connection, which stays its owner's.
 *
 * @param connection somebody's who is root or may become root
 * @param root how to become root
 */
public record SshShell(SshConnection connection, RootAccess root) implements GuestShell {

    @Override
    public ExecResult run(Command command) {
        return connection.exec(command, root);
    }
}
