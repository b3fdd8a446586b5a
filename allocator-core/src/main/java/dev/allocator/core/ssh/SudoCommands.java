package dev.allocator.core.ssh;

import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.MachineAccessException;
import dev.allocator.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Finds out, once per connection, whether sudo(8) makes its user root, and whether it needs the password for that. */
final class SudoCommands {

    private static final Command PROBE = Command.of("true").timeout(Duration.ofSeconds(30));

    private final CommandRunner commands;
    private final String login;
    private final ReentrantLock probing = new ReentrantLock();
    private volatile @Nullable Privilege known;

    /** @param login the user and machine, for messages */
    SudoCommands(CommandRunner commands, String login) {
        this.commands = commands;
        this.login = login;
    }

    ExecResult run(Command command, Optional<Secret> password) {
        Privilege privilege = known;
        return commands.run(command, privilege == null ? probe(password) : privilege);
    }

    private Privilege probe(Optional<Secret> password) {
        probing.lock();
        try {
            Privilege found = known;
            if (found == null) {
                found = tryBoth(password);
                known = found;
            }
            return found;
        } finally {
            probing.unlock();
        }
    }

    private Privilege tryBoth(Optional<Secret> password) {
        ExecResult result = commands.run(PROBE, Privilege.SUDO);
        if (result.succeeded()) {
            return Privilege.SUDO;
        }
        if (password.isPresent() && result.exitStatus() != 127) {
            Privilege withPassword = Privilege.sudo(password.get());
            result = commands.run(PROBE, withPassword);
            if (result.succeeded()) {
                return withPassword;
            }
        }
        String said = result.stderr()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("status " + result.exitStatus());
        throw new MachineAccessException(
                "cannot become root on " + login + ": sudo says '" + said
                        + "'; log in as root, or let the user use sudo without a password",
                null);
    }
}
