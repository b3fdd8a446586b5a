package dev.allocator.core.lease;

import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.MachineAccessException;
import dev.allocator.core.machine.Providers;
import dev.allocator.core.readiness.GuestShell;
import dev.allocator.core.readiness.ProviderShell;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Store;

/**
 * Runs commands in the machine of a lease, found by its record, through its provider, which is opened when there is one
 * to run.
 *
 * @param lease whose machine it is
 */
public record RecordedShell(LeaseRecord lease, Leases leases, Providers providers, Store store) implements GuestShell {

    @Override
    public ExecResult run(Command command) {
        MachineRecord machine = leases.machine(lease.machine())
                .orElseThrow(() ->
                        new MachineAccessException("there is no record any more of machine " + lease.machine(), null));
        try {
            return new ProviderShell(providers.get(machine.instance(store)), machine.ref()).run(command);
        } catch (ProviderException e) {
            throw new MachineAccessException(
                    "cannot run '" + command.words().get(0) + "' in machine " + machine.id() + ": " + e.getMessage(),
                    e);
        }
    }

    /** Without the settings of providers, some of which are secret. */
    @Override
    public String toString() {
        return "commands in the machine of lease " + lease.id();
    }
}
