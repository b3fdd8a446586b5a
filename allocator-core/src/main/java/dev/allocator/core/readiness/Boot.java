package dev.allocator.core.readiness;

import dev.allocator.Command;
import dev.allocator.CommandTimeoutException;
import dev.allocator.ExecResult;
import dev.allocator.MachineAccessException;
import dev.allocator.core.ssh.ShellQuote;
import dev.allocator.spi.Deadline;
import java.time.Duration;

/**
 * One boot of a machine's system, told from any other by the kernel's id of it and the time at which the first process
 * started: containers have the id of their host.
 *
 * @param mark both
 */
public record Boot(String mark) {

    /** The name under which {@code /bin/sh -s} gets the script that shows the boot; for stand-ins of machines. */
    public static final String SCRIPT = "allocator-boot";

    /** The name under which {@code /bin/sh -s} gets the script that restarts the system, with {@code before='…'}. */
    public static final String RESTART = "allocator-restart";

    private static final Duration LIMIT = Duration.ofSeconds(15);

    /**
     * The boot that a machine is at. Needs no root.
     *
     * @param deadline for the answer, which machines give within a few seconds, or not at all
     * @throws MachineAccessException if it cannot be asked
     */
    public static Boot of(GuestShell shell, Deadline deadline) {
        Command command = Command.of("/bin/sh", "-s", SCRIPT).stdin(GuestScripts.resource("boot.sh") + "boot\n");
        ExecResult result = run(shell, command, deadline);
        String mark = result.stdout().strip();
        if (!result.succeeded() || mark.isEmpty()) {
            throw new MachineAccessException(
                    "the machine does not tell which boot it is at: status " + result.exitStatus() + " "
                            + result.stderr().strip(),
                    null);
        }
        return new Boot(mark);
    }

    /**
     * Tells the system to restart, as root, unless it is at another boot by now. That may cut off the very command.
     *
     * @return what the machine made of it
     * @throws MachineAccessException if it cannot be told, or was cut off
     */
    public ExecResult restart(GuestShell shell, Deadline deadline) {
        String script = GuestScripts.resource("boot.sh") + "before=" + ShellQuote.word(mark) + "\n"
                + GuestScripts.resource("restart.sh");
        return run(shell, Command.of("/bin/sh", "-s", RESTART).stdin(script).asRoot(), deadline);
    }

    private static ExecResult run(GuestShell shell, Command command, Deadline deadline) {
        try {
            return shell.run(command.timeout(deadline.atMost(LIMIT).remaining().plusMillis(1)));
        } catch (CommandTimeoutException e) {
            throw new MachineAccessException("the machine does not answer: " + e.getMessage(), e);
        }
    }
}
