package dev.allocator.core.lease;

import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.MachineAccessException;
import dev.allocator.core.readiness.GuestShell;
import dev.allocator.core.readiness.ProviderShell;
import dev.allocator.spi.ProviderException;

/**
 * Runs commands in a machine, found by its record, through its provider, which is opened when there is one
 * to run.
 *
 * @param machine which
 */
public record RecordedShell(RecordedMachine machine) implements GuestShell {

    @Override
    public ExecResult run(Command command) {
        try {
            return new ProviderShell(machine.provider(), machine.ref()).run(command);
        } catch (ProviderException e) {
            throw new MachineAccessException(
                    "cannot run '" + command.words().get(0) + "' in machine " + machine.id() + ": " + e.getMessage(),
                    e);
        }
    }

    @Override
    public String toString() {
        return "commands in " + machine;
    }
}
