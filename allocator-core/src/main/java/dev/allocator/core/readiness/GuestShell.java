package dev.allocator.core.readiness;

import dev.allocator.Command;
import dev.allocator.ExecResult;

/** Runs commands in a machine. */
@FunctionalInterface
public interface GuestShell {

    /**
     * Runs a command, as {@link dev.allocator.Lease#exec(Command)} describes; one that asks for root as root.
     *
     * @throws dev.allocator.CommandTimeoutException if it takes too long
     * @throws dev.allocator.MachineAccessException if it cannot be run or how it ended is not known, or the caller is
     *     interrupted, whose flag is set again then
     */
    ExecResult run(Command command);
}
